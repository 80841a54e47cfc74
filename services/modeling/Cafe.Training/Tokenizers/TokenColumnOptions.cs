using Cafe.Packs.Manifest;
using Cafe.Training.Conversations;

namespace Cafe.Training.Tokenizers;

/// <summary>How words become rows of ids.</summary>
public sealed record TokenColumnOptions
{
    /// <summary>The pack's chat template. Default Llama 2's.</summary>
    public ChatTemplate Template { get; init; } = ChatTemplate.Llama2;

    /// <summary>The pack's system prompt; empty for none, as small models need no reminder.</summary>
    public string SystemPrompt { get; init; } = "";

    /// <summary>Ids of a prompt at most; a longer conversation is dropped. From 8. Default 160.</summary>
    public int PromptPositions { get; init; } = 160;

    /// <summary>Ids of a reply at most, its end included; a longer one is dropped. From 8. Default 96.</summary>
    public int ReplyPositions { get; init; } = 96;

    /// <summary>Positions of the CLIP text tower. From 4. Default 32.</summary>
    public int CaptionPositions { get; init; } = 32;

    /// <summary>Share of the conversations in which the subject has an invented name (<see cref="InventedNames"/>), in [0, 1]. Default 0.</summary>
    public double InventedShare { get; init; }

    /// <summary>Known words that invented names are made of (<see cref="InventedNames.WordsOf"/>); none for those of the subject's own name. Default none.</summary>
    public IReadOnlyList<string> NameWords { get; init; } = [];

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where an option lies outside its range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PromptPositions, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReplyPositions, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(CaptionPositions, 4);
        ArgumentOutOfRangeException.ThrowIfNegative(InventedShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(InventedShare, 1.0);
    }
}
