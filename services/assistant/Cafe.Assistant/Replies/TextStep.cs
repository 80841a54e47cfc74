namespace Cafe.Assistant.Replies;

/// <summary>What one more token did to a reply.</summary>
/// <param name="Text">Characters that may be shown now; never taken back.</param>
/// <param name="Finish">Set where the reply ended with this token.</param>
public readonly record struct TextStep(string Text, ReplyFinish? Finish);
