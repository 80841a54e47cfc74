using System.Text.Json;
using Cafe.Training.Running;

namespace Cafe.Training.Encoders;

/// <summary>The configuration file of a subject encoder's training.</summary>
public sealed record SubjectEncoderOptions
{
    public required string Stage { get; init; }

    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Dinov2Model's config.json.</summary>
    public required JsonElement Model { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Folders of stores that are joined: reference and subject, and reference_latents.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>Folder of the autoencoder whose latents the patches predict.</summary>
    public required string Autoencoder { get; init; }

    public PreprocessOptions Preprocess { get; init; } = PreprocessOptions.Dino;

    public ViewAugmentation Views { get; init; } = new();

    /// <summary>Weight of each patch's prediction of its own latents.</summary>
    public double DenseWeight { get; init; } = 1;

    /// <summary>Weight of telling views of one subject from others'.</summary>
    public double ContrastWeight { get; init; } = 0.5;

    /// <summary>Of the contrast's softmax.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Width of the embeddings that are contrasted; the head is not kept.</summary>
    public int ContrastWidth { get; init; } = 64;

    /// <summary>Factor of the position embeddings' first values: strong positions stay visible in the patch embeddings.</summary>
    public double PositionScale { get; init; } = 1;

    public bool Recompute { get; init; }
}
