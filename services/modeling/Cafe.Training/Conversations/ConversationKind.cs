namespace Cafe.Training.Conversations;

/// <summary>How the user asks.</summary>
public enum ConversationKind
{
    /// <summary>"fire engine on the beach"</summary>
    Caption,

    /// <summary>"Put this fire engine on the beach."</summary>
    Instruction,

    /// <summary>"Can you generate an image for this fire engine on the beach?"</summary>
    Question,

    /// <summary>"Show it somewhere cold." The place is meant, not named.</summary>
    Hint,

    /// <summary>"I want something creative, can you help me?" The assistant chooses.</summary>
    Vague,

    /// <summary>A second wish that changes the first: "now in the snow instead".</summary>
    FollowUp,
}
