using Cafe.Evaluation.Quadruplets;

namespace Cafe.Training.Conversations;

/// <summary>A quadruplet's words: what was said up to the user's last wish (t), and the reply (r).</summary>
/// <param name="Kind">How the user asks.</param>
/// <param name="Turns">Alternating from the user; the last is the user's t.</param>
/// <param name="Reply">An opener, what is drawn, and its effect.</param>
/// <param name="NamesSubject">Whether the user named the subject; the reply then names it too.</param>
/// <param name="Description">What stands in the picture's place while the language model is pretrained.</param>
public sealed record Conversation(ConversationKind Kind, IReadOnlyList<ChatTurn> Turns, string Reply, bool NamesSubject, string Description)
{
    /// <summary>The name that the user gave the subject, where the reply repeats it; null otherwise, and where the description does not tell it.</summary>
    public string? Name => NamesSubject ? PictureFacts.SubjectOf(Description) : null;
}
