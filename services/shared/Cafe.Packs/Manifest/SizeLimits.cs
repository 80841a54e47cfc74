namespace Cafe.Packs.Manifest;

/// <summary>Sizes of a picture, in pixels.</summary>
public sealed record SizeLimits
{
    public required int DefaultWidth { get; init; }

    public required int DefaultHeight { get; init; }

    /// <summary>Smallest edge.</summary>
    public required int Min { get; init; }

    /// <summary>Largest edge.</summary>
    public required int Max { get; init; }

    public required int MultipleOf { get; init; }
}
