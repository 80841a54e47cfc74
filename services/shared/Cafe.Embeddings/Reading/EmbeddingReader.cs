using Cafe.Embeddings.Values;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Embeddings.Reading;

/// <summary>Turns an <see cref="Embedding"/> message, by value or by reference, into its elements: what the assistant and the diffuser use.</summary>
public sealed class EmbeddingReader(EmbeddingCache cache)
{
    /// <summary>The elements as float32, row-major, all finite.</summary>
    /// <param name="embedding">The message; null where the request has none.</param>
    /// <param name="field">Its path in the request, snake case, for example <c>subject</c>.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="cancellation">The call's.</param>
    /// <exception cref="InvalidRequestException">It is missing, or its kind, element type, shape or elements are wrong.</exception>
    /// <exception cref="StaleReferenceException">Another pack's encoder or assistant made it.</exception>
    /// <exception cref="EmbeddingNotFoundException">The cache doesn't hold it, or couldn't be asked in time.</exception>
    public async ValueTask<float[]> Read(Embedding? embedding, string field, EmbeddingExpectation expected, CancellationToken cancellation)
    {
        switch (embedding?.SourceCase)
        {
            case Embedding.SourceOneofCase.Tensor:
                CheckMaker(embedding.PartFingerprint, $"{field}.tensor", expected);
                return TensorMessages.ToFloats(embedding.Tensor, $"{field}.tensor", [.. expected.Shape]);
            case Embedding.SourceOneofCase.Reference:
                return await Fetch(embedding.Reference, $"{field}.reference", Cost(embedding, field), expected, cancellation);
            case null or Embedding.SourceOneofCase.None:
                throw new InvalidRequestException(field, "is required: a tensor or a reference");
            default:
                throw new InvalidRequestException(field, $"has unknown source {embedding.SourceCase}");
        }
    }

    // Values that don't say what made them are taken: whoever sends them vouches for them.
    private static void CheckMaker(string fingerprint, string field, EmbeddingExpectation expected)
    {
        if (fingerprint.Length > 0 && fingerprint != expected.EncoderFingerprint && fingerprint != expected.AssistantFingerprint)
        {
            throw new StaleReferenceException(field, expected.AssistantFingerprint ?? expected.EncoderFingerprint, fingerprint);
        }
    }

    private static double Cost(Embedding embedding, string field) => embedding.CostSeconds is >= 0 and < double.PositiveInfinity
        ? embedding.CostSeconds
        : throw new InvalidRequestException($"{field}.cost_seconds", FormattableString.Invariant($"must be 0 or more, got {embedding.CostSeconds}"));

    private async ValueTask<float[]> Fetch(
        EmbeddingReference reference, string field, double costSeconds, EmbeddingExpectation expected, CancellationToken cancellation)
    {
        if (reference.Kind != expected.Kind)
        {
            throw new InvalidRequestException($"{field}.kind", $"must be {expected.Kind}, not {reference.Kind} ({(int)reference.Kind})");
        }

        if (reference.Digest.Length != EmbeddingKey.DigestBytes)
        {
            throw new InvalidRequestException($"{field}.digest", $"must be {EmbeddingKey.DigestBytes} bytes, got {reference.Digest.Length}");
        }

        if (reference.EncoderFingerprint != expected.EncoderFingerprint)
        {
            throw new StaleReferenceException(field, expected.EncoderFingerprint, reference.EncoderFingerprint);
        }

        if (!cache.Enabled)
        {
            throw new EmbeddingNotFoundException(field, "no cache is configured here");
        }

        var key = new EmbeddingKey(reference.EncoderFingerprint, reference.Kind, Convert.ToHexStringLower(reference.Digest.Span));
        var read = await cache.TryGet(key, cache.StageReadBudget(costSeconds), cancellation);
        if (!read.Reached)
        {
            throw new EmbeddingNotFoundException(field, "the cache can't be read now");
        }

        if (read.Value is not { } value)
        {
            throw new EmbeddingNotFoundException(field, "the cache doesn't hold it (any more)");
        }

        if (!value.Shape.SequenceEqual(expected.Shape))
        {
            throw new ModelFailureException($"{field}: the cached embedding is [{string.Join(", ", value.Shape)}], the pack says [{string.Join(", ", expected.Shape)}].");
        }

        return value.ToFloats();
    }
}
