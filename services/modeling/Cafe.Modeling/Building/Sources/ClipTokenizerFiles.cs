namespace Cafe.Modeling.Building;

/// <param name="Vocab">vocab.json as published.</param>
/// <param name="Merges">merges.txt as published.</param>
public sealed record ClipTokenizerFiles(byte[] Vocab, byte[] Merges);
