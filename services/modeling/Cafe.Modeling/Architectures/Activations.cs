using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>Activations by the names that configurations give them.</summary>
internal static class Activations
{
    /// <exception cref="CheckpointException">The name is not known.</exception>
    public static Value Activate(this Scope scope, string name, Value x) => name switch
    {
        "gelu" => scope.Gelu(x),
        "quick_gelu" => scope.QuickGelu(x),
        "silu" or "swish" => scope.Silu(x),
        _ => throw new CheckpointException($"Activation '{name}' is not supported; supported are gelu, quick_gelu, silu."),
    };
}
