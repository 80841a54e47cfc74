namespace Cafe.Evaluation.Evaluators;

/// <summary>What a checkpoint does not say of itself.</summary>
public sealed record EvaluatorExportOptions
{
    /// <summary>What reports call the evaluator.</summary>
    public required string Name { get; init; }

    /// <summary>Side of the pictures in pixels, where the architecture takes any; null: as published.</summary>
    public int? Side { get; init; }

    /// <summary>Names of each head's classes.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Folder of CLIP's vocab.json and merges.txt; null: the checkpoint's.</summary>
    public string? Tokenizer { get; init; }
}
