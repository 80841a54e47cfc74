using System.Text.Json;
using Cafe.Training.Running;

namespace Cafe.Training.Diffusion;

/// <summary>The configuration file of a UNet's training.</summary>
public sealed record UNetStageOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the result: <c>unet/</c> (config.json, diffusion_pytorch_model.safetensors), <c>scheduler/</c>, and cafe.safetensors where null embeddings are learned.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>UNet2DConditionModel's config.json.</summary>
    public required JsonElement Model { get; init; }

    /// <summary>Widths of the conditions' tokens.</summary>
    public required int SemanticWidth { get; init; }

    public required int SubjectWidth { get; init; }

    public NoiseScheduleOptions Scheduler { get; init; } = new();

    public DiffusionOptions Diffusion { get; init; } = new();

    public required TrainingOptions Training { get; init; }

    /// <summary>What is trained on, one after the other: easier targets first.</summary>
    public required IReadOnlyList<UNetPhaseOptions> Phases { get; init; }

    /// <summary>Folder of the autoencoder: its config.json has the scaling factor.</summary>
    public required string Autoencoder { get; init; }

    /// <summary>Pixels of a reference along a side.</summary>
    public int ReferenceSize { get; init; } = 128;

    /// <summary>Computes activations again in the backward pass instead of keeping them.</summary>
    public bool Recompute { get; init; }
}
