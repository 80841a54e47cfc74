namespace Cafe.Training.Tokenizers;

/// <summary>What a trainer learned.</summary>
/// <param name="Merged">Merged pieces, the earliest merge first; U+2581 stands for a space.</param>
/// <param name="Characters">Single characters, the most frequent first.</param>
public sealed record BpeVocabulary(IReadOnlyList<string> Merged, IReadOnlyList<string> Characters);
