namespace Cafe.Packs.Manifest;

public sealed record ImageEncoder
{
    public required string Graph { get; init; }

    /// <summary><c>dinov2_patches</c> for the subject, <c>clip_image</c> for the image.</summary>
    public required string Kind { get; init; }

    /// <summary>Embeddings of one picture; with the class token for the subject.</summary>
    public required int Tokens { get; init; }

    public required int Width { get; init; }

    public required ImagePreprocess Preprocess { get; init; }
}
