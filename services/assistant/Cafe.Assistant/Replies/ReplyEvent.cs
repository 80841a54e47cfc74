namespace Cafe.Assistant.Replies;

/// <summary>Something that a reply's reader is told.</summary>
public abstract record ReplyEvent
{
    private protected ReplyEvent()
    {
    }
}

/// <summary>A token, with the characters that it completes.</summary>
public sealed record TextEvent(string Text, int TokenId) : ReplyEvent;

/// <summary>h, [width].</summary>
public sealed record SemanticEvent(float[] Embedding) : ReplyEvent;

/// <summary>The reply is complete. Nothing follows.</summary>
public sealed record FinishedEvent(ReplyFinish Finish, int ReplyTokens, ReplyTimes Times) : ReplyEvent;
