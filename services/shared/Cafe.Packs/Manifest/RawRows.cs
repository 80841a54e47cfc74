namespace Cafe.Packs.Manifest;

/// <summary>A file of raw little-endian rows.</summary>
public sealed record RawRows
{
    public required string Path { get; init; }

    public required PackElementType Dtype { get; init; }

    public required IReadOnlyList<long> Shape { get; init; }
}
