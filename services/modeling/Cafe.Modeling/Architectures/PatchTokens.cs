using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>What the vision transformers begin with.</summary>
internal static class PatchTokens
{
    /// <summary>A class token before the patches of a picture.</summary>
    /// <param name="patches">[N, D, h / patch, w / patch].</param>
    /// <param name="classToken">[1, 1, D].</param>
    /// <returns>[N, 1 + patches, D].</returns>
    public static Value Prepend(Scope scope, Value patches, Value classToken, long width)
    {
        var g = scope.Graph;
        var rows = scope.Transpose(scope.Reshape(patches, 0, width, -1), 0, 2, 1);            // [N, patches, D]
        var shape = scope.Concat(0, scope.Shape(rows, 0, 1), g.Constant(1, 1));              // N, 1, 1
        return scope.Concat(1, scope.Expand(classToken, shape), rows);
    }
}
