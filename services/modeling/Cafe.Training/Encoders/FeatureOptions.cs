namespace Cafe.Training.Encoders;

/// <summary>The configuration file of a stage that keeps what trained encoders make of samples, so that later stages do not compute it at every step.</summary>
public sealed record FeatureOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the store: as many rows as <see cref="Store"/>.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder of the samples' store.</summary>
    public required string Store { get; init; }

    /// <summary>Folder of the autoencoder: latents of the target; null leaves them out.</summary>
    public string? Autoencoder { get; init; }

    /// <summary>Also the reference's latents.</summary>
    public bool ReferenceLatents { get; init; }

    /// <summary>Folder of a CLIP: the target's image embedding; null leaves it out.</summary>
    public string? Clip { get; init; }

    /// <summary>Folder of a DINOv2: the reference's patch embeddings; null leaves them out.</summary>
    public string? SubjectEncoder { get; init; }

    /// <summary>Pixels along a side at which the subject encoder sees pictures, a multiple of its patches; null takes the size that it was trained at.</summary>
    public int? SubjectSide { get; init; }

    public PreprocessOptions ClipPreprocess { get; init; } = PreprocessOptions.Clip;

    public PreprocessOptions SubjectPreprocess { get; init; } = PreprocessOptions.Dino;

    public int BatchSize { get; init; } = 32;
}
