namespace Cafe.Training.Diffusion;

/// <summary>One set of samples among several.</summary>
/// <param name="Stores">Folders of stores that are joined.</param>
/// <param name="References">Folder of the store that has the patch embeddings, a row for each sample.</param>
public sealed record UNetSetOptions(IReadOnlyList<string> Stores, string References);
