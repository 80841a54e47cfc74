namespace Cafe.Packs.Tokenizers;

/// <summary>What was said, and by whom.</summary>
/// <param name="Role">Who.</param>
/// <param name="Text">What; never parsed as special tokens or placeholders.</param>
public readonly record struct ChatTurn(ChatRole Role, string Text);
