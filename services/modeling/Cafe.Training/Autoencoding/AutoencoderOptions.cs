using System.Text.Json;
using Cafe.Training.Running;

namespace Cafe.Training.Autoencoding;

/// <summary>The configuration file of an autoencoder's training.</summary>
public sealed record AutoencoderOptions
{
    public required string Stage { get; init; }

    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>AutoencoderKL's config.json; scaling_factor is measured after training and written over it.</summary>
    public required JsonElement Model { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Folders of stores with pictures.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>Columns that hold them; each sample gives one at random.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [Samples.SampleFields.Target, Samples.SampleFields.Reference];

    /// <summary>A store that is not trained on, for the signal-to-noise ratio; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>Pixels along a side of the random crops that are trained on, a multiple of the downscale; 0 takes whole pictures.</summary>
    public int Crop { get; init; } = 64;

    /// <summary>Weight of the absolute error beside the squared one.</summary>
    public double AbsoluteWeight { get; init; } = 1;

    public double SquaredWeight { get; init; } = 1;

    /// <summary>Weight of the absolute error of differences between neighbouring pixels, which keeps edges.</summary>
    public double EdgeWeight { get; init; }

    /// <summary>Weight of the divergence of the latents from a unit normal, per latent number.</summary>
    public double DivergenceWeight { get; init; } = 1e-6;

    /// <summary>Trains the decoder alone, the encoder (and so every latent that others were trained on) staying as it is; with training.start_from.</summary>
    public bool DecoderOnly { get; init; }

    /// <summary>Brings every channel of the latents to mean 0 and deviation 1 after training, not all of them by one factor; not with <see cref="DecoderOnly"/>.</summary>
    public bool StandardizeLatents { get; init; }

    public bool ChannelsLast { get; init; }

    public bool Recompute { get; init; }
}
