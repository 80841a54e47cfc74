using Cafe.Embeddings.Values;
using Cafe.V1;

namespace Cafe.Embeddings.Writing;

/// <summary>An embedding as the encoder hands it out.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its values; null where only the reference was asked for and the cache has them.</param>
/// <param name="Cached">The cache holds it; without, the values have to travel inline.</param>
/// <param name="Outcome">How the cache served it.</param>
public sealed record EncodedResult(EmbeddingKey Key, EmbeddingValue? Value, bool Cached, CacheOutcome Outcome);
