using System.Text.RegularExpressions;

namespace Cafe.Training.Execution;

/// <summary>How a graph is divided where activations are computed again in the backward pass instead of kept.</summary>
public static partial class GraphBlocks
{
    /// <summary>A block for every layer of a transformer, and every residual or attention module of a UNet or autoencoder.</summary>
    /// <returns>The block's name, or null for a module path that is in none.</returns>
    public static string? ByLayer(string scope) => Layer().Match(scope) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"^.*?\b(layers?|resnets|attentions)\.\d+(?=\.|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Layer();
}
