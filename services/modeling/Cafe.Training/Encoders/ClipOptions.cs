using System.Text.Json;
using Cafe.Training.Running;

namespace Cafe.Training.Encoders;

/// <summary>The configuration file of a CLIP's training.</summary>
public sealed record ClipOptions
{
    public required string Stage { get; init; }

    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>CLIPModel's config.json.</summary>
    public required JsonElement Model { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Folders of stores that are joined: target, and caption.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>A file of the tokenizer that the captions were made with, copied beside the model; null for none.</summary>
    public IReadOnlyList<string> TokenizerFiles { get; init; } = [];

    /// <summary>
    /// Share of a batch, in [0, 1], whose captions leave the subject out. Many subjects tell most pictures apart by themselves, so that a caption's accessory and look decide nothing; without the
    /// subject they do. Default 0.
    /// </summary>
    public double SettingShare { get; init; }

    /// <summary>Share of the steps, in [0, 1], whose pictures all show one scene: what is worn and how it is drawn then has to tell them apart. Default 0.</summary>
    public double OneSceneShare { get; init; }

    public PreprocessOptions Preprocess { get; init; } = PreprocessOptions.Clip;

    /// <summary>Logarithm of the cosines' factor at the start; it is learned, up to ln 100.</summary>
    public double LogitScale { get; init; } = 2.6592;

    public bool Recompute { get; init; }
}
