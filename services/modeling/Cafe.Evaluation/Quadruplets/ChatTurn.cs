namespace Cafe.Evaluation.Quadruplets;

/// <summary>One utterance.</summary>
/// <param name="Role">"user" or "assistant".</param>
/// <param name="Text">What was said.</param>
public sealed record ChatTurn(string Role, string Text)
{
    /// <summary>The person's role.</summary>
    public const string User = "user";

    /// <summary>The assistant's role.</summary>
    public const string Assistant = "assistant";
}
