namespace Cafe.Training.Language;

/// <summary>One set of conversations among several.</summary>
/// <param name="Stores">Folders of stores that are joined: prompt, image_position, reply; semantic.</param>
/// <param name="References">Folder of the store that has the patch embeddings, a row for each sample.</param>
public sealed record AssistantSetOptions(IReadOnlyList<string> Stores, string References);
