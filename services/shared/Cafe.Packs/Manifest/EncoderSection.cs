namespace Cafe.Packs.Manifest;

public sealed record EncoderSection
{
    /// <summary>Patch embeddings of the subject image, E in the paper.</summary>
    public required ImageEncoder Subject { get; init; }

    /// <summary>The global embedding of a semantic image, C in the paper.</summary>
    public required ImageEncoder Image { get; init; }

    /// <summary>C's text tower, where the pack carries it.</summary>
    public TextEncoder? Text { get; init; }
}
