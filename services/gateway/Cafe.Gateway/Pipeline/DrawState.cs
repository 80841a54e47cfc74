using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>What a drawing's attempts hand on to the next.</summary>
internal sealed class DrawState
{
    /// <summary>What draws; null before the first attempt was accepted.</summary>
    public Provenance? Provenance { get; set; }

    /// <summary>Pictures that the caller has.</summary>
    public HashSet<int> Delivered { get; } = [];
}
