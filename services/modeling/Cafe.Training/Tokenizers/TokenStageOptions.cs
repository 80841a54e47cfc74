namespace Cafe.Training.Tokenizers;

/// <summary>The configuration file of a stage that trains the vocabularies and turns conversations into ids.</summary>
public sealed record TokenStageOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of tokenizer.model, vocab.json and merges.txt.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Parts whose conversations the vocabularies are made from; none where published ones are taken.</summary>
    public IReadOnlyList<string> LearnFrom { get; init; } = [];

    /// <summary>Published vocabularies to take in place of learning any; null learns them.</summary>
    public PublishedVocabularies? Published { get; init; }

    /// <summary>Parts that get columns of ids, in their folder <c>tokens</c>.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>Pieces of the assistant's vocabulary.</summary>
    public int VocabSize { get; init; } = new BpeTrainerOptions().VocabSize;

    /// <summary>Pieces of the CLIP text tower's.</summary>
    public int CaptionVocabSize { get; init; } = 1536;

    /// <summary>Share of the conversations with an invented name. Default 0.</summary>
    public double InventedShare { get; init; }

    /// <summary>Parts in which every subject has its own name: those that measure.</summary>
    public IReadOnlyList<string> RealNames { get; init; } = [];

    /// <summary>Ids of a prompt at most; a longer conversation is dropped. From 8.</summary>
    public int PromptPositions { get; init; } = new TokenColumnOptions().PromptPositions;

    /// <summary>Ids of a reply at most, its end included; a longer one is dropped. From 8.</summary>
    public int ReplyPositions { get; init; } = new TokenColumnOptions().ReplyPositions;

    /// <summary>Positions of the CLIP text tower. From 4.</summary>
    public int CaptionPositions { get; init; } = new TokenColumnOptions().CaptionPositions;

    /// <summary>The system prompt of every conversation, as the pack's then has it; empty for none.</summary>
    public string SystemPrompt { get; init; } = "";
}
