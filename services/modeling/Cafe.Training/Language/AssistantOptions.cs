using Cafe.Training.Running;

namespace Cafe.Training.Language;

/// <summary>The configuration file of the assistant's training (Eq. 2).</summary>
public sealed record AssistantOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the result: cafe.safetensors.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder of the language model, which stays as it is.</summary>
    public required string LanguageModel { get; init; }

    public required TrainingOptions Training { get; init; }

    /// <summary>Folders of stores that are joined: prompt, image_position, reply; semantic.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>Folder of the store that has the patch embeddings.</summary>
    public required string References { get; init; }

    /// <summary>Further samples that are trained on together with these: what a stage-one model generated, beside the teacher's.</summary>
    public IReadOnlyList<AssistantSetOptions> Union { get; init; } = [];

    /// <summary>The parts' widths, so that a dry run can count before the parts are there; a run holds its data to them. Null leaves them open.</summary>
    public AssistantWidths? Widths { get; init; }

    /// <summary>The same for samples that are not trained on; null for none.</summary>
    public IReadOnlyList<string>? ValidationStores { get; init; }

    public string? ValidationReferences { get; init; }

    public SemanticDistance Distance { get; init; } = SemanticDistance.MeanSquaredError;

    /// <summary>lambda of Eq. 2.</summary>
    public double DistanceWeight { get; init; } = 1;

    /// <summary>Brings targets to unit length, where the diffuser is given unit conditions.</summary>
    public bool NormalizeSemantic { get; init; }

    public bool Recompute { get; init; }
}
