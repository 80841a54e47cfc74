namespace Cafe.Gateway.Moderation;

/// <summary>What is looked at.</summary>
public enum ModeratedKind
{
    /// <summary>The user's turns.</summary>
    Prompt,

    /// <summary>The reply, so far.</summary>
    Reply,

    /// <summary>The picture that came in.</summary>
    Subject,

    /// <summary>A picture that was drawn.</summary>
    Picture,
}
