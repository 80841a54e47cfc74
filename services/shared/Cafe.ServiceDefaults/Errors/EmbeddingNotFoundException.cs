using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>The cache doesn't hold the referenced embedding, or can't be asked: NOT_FOUND; encode again, or send the values.</summary>
public sealed class EmbeddingNotFoundException : CafeException
{
    /// <summary>There is no such embedding to be had.</summary>
    /// <param name="field">The reference's path in the request.</param>
    /// <param name="why">For example that it isn't in the cache, or that no cache is configured.</param>
    public EmbeddingNotFoundException(string field, string why)
        : base(StatusCode.NotFound, ErrorReasons.EmbeddingNotFound, $"{field}: {why}. Encode the picture again, or send the values.") =>
        Violations = [new FieldViolation(field, why)];
}
