namespace Cafe.Packs.Tokenizers;

/// <summary>A text as CLIP's text tower takes it.</summary>
/// <param name="Ids">Exactly the tower's positions (77): begin, the text, end, then padding.</param>
/// <param name="AttentionMask">1 where the text (with begin and end) is, 0 where it is padding; as long as the ids.</param>
public sealed record ClipTokens(long[] Ids, long[] AttentionMask);
