namespace Cafe.Training.Tokenizers;

/// <summary>The configuration file of a stage that makes lists of names to be said again.</summary>
public sealed record RecitalStageOptions
{
    public required string Stage { get; init; }

    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder with tokenizer.model.</summary>
    public required string Tokenizers { get; init; }

    /// <summary>The part whose subjects' names the names are made of.</summary>
    public required string Part { get; init; }

    /// <summary>Lists to make, at least one.</summary>
    public required int Count { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Ids of a prompt at most, as the stage of tokens has it: both make rows of one width.</summary>
    public int PromptPositions { get; init; } = new TokenColumnOptions().PromptPositions;

    /// <summary>Ids of a reply at most, likewise.</summary>
    public int ReplyPositions { get; init; } = new TokenColumnOptions().ReplyPositions;
}
