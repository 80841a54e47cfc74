using Cafe.V1;

namespace Cafe.Embeddings.Reading;

/// <summary>What a stage's pack says an embedding must be.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="EncoderFingerprint">Of the encoder part of the pack: lower-case hex sha256.</param>
/// <param name="Shape">[tokens, width] of a subject, [width] of an image or a text.</param>
public sealed record EmbeddingExpectation(EmbeddingKind Kind, string EncoderFingerprint, IReadOnlyList<int> Shape)
{
    /// <summary>Of the assistant part of the pack, where what it predicts may stand in for the encoder's; null: it may not.</summary>
    public string? AssistantFingerprint { get; init; }
}
