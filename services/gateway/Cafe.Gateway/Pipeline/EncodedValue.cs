using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>An embedding as it is sent to the later stages.</summary>
/// <param name="Embedding">By reference, or by value where the cache couldn't keep it.</param>
/// <param name="Provenance">Which encoder made it.</param>
/// <param name="Version">Counts the times the picture was encoded for this generation, from 1.</param>
/// <param name="Centred">The subject was centred before encoding.</param>
internal sealed record EncodedValue(Embedding Embedding, Provenance Provenance, int Version, bool Centred)
{
    /// <summary>
    /// Nobody checks a value's encoder as a reference's is checked, so the packs are compared: an old encoder's values must not
    /// meet a new pack's weights.
    /// </summary>
    public bool Suits(Provenance stage) =>
        Embedding.SourceCase == Embedding.SourceOneofCase.Reference ||
        (stage.PackName == Provenance.PackName && stage.PackVersion == Provenance.PackVersion);
}
