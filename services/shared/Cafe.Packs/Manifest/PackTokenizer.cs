namespace Cafe.Packs.Manifest;

public sealed record PackTokenizer
{
    /// <summary><c>sentencepiece</c>.</summary>
    public required string Kind { get; init; }

    public required string Path { get; init; }

    public required int BosTokenId { get; init; }

    /// <summary>Each ends a reply.</summary>
    public required IReadOnlyList<int> EosTokenIds { get; init; }
}
