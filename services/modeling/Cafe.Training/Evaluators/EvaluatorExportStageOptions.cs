using Cafe.Evaluation.Evaluators;

namespace Cafe.Training.Evaluators;

/// <summary>The configuration file of a stage that makes an evaluator of a trained model.</summary>
public sealed record EvaluatorExportStageOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the evaluator; its last name is the evaluator's.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>What the model is.</summary>
    public required EvaluatorKind Architecture { get; init; }

    /// <summary>Folder of config.json and weights.</summary>
    public required string Model { get; init; }

    /// <summary>Side of the pictures where the model says nothing of them.</summary>
    public int? Side { get; init; }

    /// <summary>Folder of vocab.json and merges.txt, for CLIP.</summary>
    public string? Tokenizer { get; init; }
}
