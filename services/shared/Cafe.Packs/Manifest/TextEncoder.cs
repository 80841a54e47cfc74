namespace Cafe.Packs.Manifest;

public sealed record TextEncoder
{
    public required string Graph { get; init; }

    /// <summary><c>clip_text</c>.</summary>
    public required string Kind { get; init; }

    public required int Width { get; init; }

    /// <summary>Tokens that a text is padded or cut to.</summary>
    public required int Positions { get; init; }

    public required string Vocab { get; init; }

    public required string Merges { get; init; }
}
