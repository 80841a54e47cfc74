using Cafe.Evaluation.Filtering;

namespace Cafe.Training.Filtering;

/// <summary>The configuration file of the automatic filter.</summary>
public sealed record FilterOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of a store beside the samples' own, with the columns kept, text_similarity and subject_similarity, and of filter.json.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The part of the data that is filtered: target, reference, conversations.jsonl and, where faults are known, fault.</summary>
    public required string Store { get; init; }

    /// <summary>Evaluator folder of CLIP's place: pictures and texts.</summary>
    public required string Clip { get; init; }

    /// <summary>Evaluator folder of DINO's place.</summary>
    public required string Dino { get; init; }

    /// <summary>Given thresholds; null finds them on the samples' known faults.</summary>
    public FilterThresholds? Thresholds { get; init; }

    /// <summary>Share of the samples, the first, that thresholds are found on; the others say how good they are. Above 0 to below 1.</summary>
    public double CalibrationShare { get; init; } = 0.25;

    /// <summary>Threads of ONNX Runtime; 0 takes every core.</summary>
    public int Threads { get; init; }
}
