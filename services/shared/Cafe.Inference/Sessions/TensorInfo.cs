using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Inference.Sessions;

/// <summary>A graph's input or output.</summary>
/// <param name="Shape">A dimension that is free at run time is -1.</param>
public sealed record TensorInfo(string Name, TensorElementType Type, IReadOnlyList<int> Shape)
{
    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape)}]";
}
