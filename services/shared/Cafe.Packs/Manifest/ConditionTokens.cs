namespace Cafe.Packs.Manifest;

public sealed record ConditionTokens
{
    public required int Tokens { get; init; }

    public required int Width { get; init; }

    /// <summary>A file of [tokens, width] float32 rows for the absent condition; zeros where there is none.</summary>
    public string? Null { get; init; }
}
