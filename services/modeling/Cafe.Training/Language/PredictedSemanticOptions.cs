namespace Cafe.Training.Language;

/// <summary>The configuration file of a stage that keeps what the trained assistant predicts for samples, so that the UNet can be trained on h as it is served.</summary>
public sealed record PredictedSemanticOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the store.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    public required string LanguageModel { get; init; }

    /// <summary>Folder that has cafe.safetensors.</summary>
    public required string Assistant { get; init; }

    public required IReadOnlyList<string> Stores { get; init; }

    public required string References { get; init; }

    /// <summary>Width of h.</summary>
    public required int SemanticWidth { get; init; }

    public int BatchSize { get; init; } = 16;
}
