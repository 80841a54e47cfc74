using Cafe.V1;

namespace Cafe.Gateway.Pipeline;

/// <summary>An embedding as it is sent to the later stages.</summary>
/// <param name="Embedding">By reference, or by value where the cache couldn't keep it; either names the encoder that made it.</param>
/// <param name="Version">Counts the times the picture was encoded for this generation, from 1.</param>
/// <param name="Centred">The subject was centred before encoding.</param>
internal sealed record EncodedValue(Embedding Embedding, int Version, bool Centred);
