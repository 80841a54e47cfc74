namespace Cafe.Training.Published;

/// <summary>The configuration file of a stage that gives a published UNet CAFE's cross-attention, for a training to start from.</summary>
public sealed record CrossAttentionOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the result: <c>unet/</c>, as the UNet's stage starts from it.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder of the published UNet: config.json and weights.</summary>
    public required string Unet { get; init; }

    /// <summary>Width of the semantic condition's tokens.</summary>
    public required int SemanticWidth { get; init; }

    /// <summary>Width of the subject condition's tokens.</summary>
    public required int SubjectWidth { get; init; }

    /// <summary>Of the new keys.</summary>
    public ulong Seed { get; init; } = 1;
}
