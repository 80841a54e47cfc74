using System.Text.Json;
using Cafe.Training.Encoders;
using Cafe.Training.Running;

namespace Cafe.Training.Evaluators;

/// <summary>The configuration file of an evaluator's training: an identity encoder, a classifier of scenes and attributes, or both.</summary>
public sealed record EvaluatorOptions
{
    public required string Stage { get; init; }

    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Channels, layers and width (see PictureCnn), and <c>heads</c>: the columns that are classified, with their numbers of classes. A label of -1 is the last class.</summary>
    public required JsonElement Model { get; init; }

    /// <summary>Names of the heads' classes; null: those of the composites' scenes, accessories and looks.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Labels { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Folders of stores with target and reference, subject and the heads' columns. An identity encoder may train on every subject: no conditioning ever sees it.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>A store that is not trained on, for top-1 figures; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>A column: every batch is of samples with one value of it in turn, so that each has to be told from its like (identity is asked among the subjects of a design); null mixes all.</summary>
    public string? BatchBy { get; init; }

    /// <summary>Weight of finding the target's own reference among the batch's; 0 for a classifier alone.</summary>
    public double IdentityWeight { get; init; } = 1;

    /// <summary>Weight of the heads' cross-entropies, each.</summary>
    public double HeadWeight { get; init; } = 1;

    public double Temperature { get; init; } = 0.07;

    /// <summary>Changes of the references beyond what the compositor does.</summary>
    public ViewAugmentation? ReferenceViews { get; init; }

    public bool ChannelsLast { get; init; }
}
