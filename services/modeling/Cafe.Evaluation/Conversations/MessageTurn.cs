namespace Cafe.Evaluation.Conversations;

/// <summary>One thing that the user says, and what the picture should then show.</summary>
/// <param name="Text">The words; {s} stands for the subject's name. Without it the user names no subject.</param>
/// <param name="Scene">The scene asked for or kept; null: the assistant chooses.</param>
/// <param name="Accessory">The accessory asked for; null for none.</param>
/// <param name="Look">The look asked for; null for none.</param>
public sealed record MessageTurn(string Text, string? Scene = null, string? Accessory = null, string? Look = null)
{
    private const string Subject = "{s}";

    /// <summary>Whether the user names the subject.</summary>
    public bool NamesSubject => Text.Contains(Subject, StringComparison.Ordinal);

    /// <summary>The words about a subject.</summary>
    public string About(string name) => Text.Replace(Subject, name, StringComparison.Ordinal);
}
