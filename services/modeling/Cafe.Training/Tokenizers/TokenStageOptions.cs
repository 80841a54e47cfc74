namespace Cafe.Training.Tokenizers;

/// <summary>The configuration file of a stage that trains the vocabularies and turns conversations into ids.</summary>
public sealed record TokenStageOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of tokenizer.model, vocab.json and merges.txt.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Parts whose conversations the vocabularies are made from.</summary>
    public required IReadOnlyList<string> LearnFrom { get; init; }

    /// <summary>Parts that get columns of ids, in their folder <c>tokens</c>.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>Pieces of the assistant's vocabulary.</summary>
    public int VocabSize { get; init; } = new BpeTrainerOptions().VocabSize;

    /// <summary>Pieces of the CLIP text tower's.</summary>
    public int CaptionVocabSize { get; init; } = 1536;

    /// <summary>Share of the pretraining texts with an invented name, in the parts that vocabularies are made from. Default 0.</summary>
    public double InventedShare { get; init; }

    /// <summary>The system prompt of every conversation, as the pack's then has it; empty for none.</summary>
    public string SystemPrompt { get; init; } = "";
}
