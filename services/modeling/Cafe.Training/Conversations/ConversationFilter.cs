namespace Cafe.Training.Conversations;

/// <summary>Drops what a writer should not have written: nothing, a reply cut off, or one about another picture.</summary>
public static class ConversationFilter
{
    private const int ShortestReply = 20;
    private const int LongestReply = 600;

    /// <summary>Why a conversation is dropped, or null where it is kept.</summary>
    public static string? Refuse(Conversation conversation, PictureFacts facts)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(facts);
        var reply = conversation.Reply.Trim();
        if (conversation.Turns.Count == 0 || conversation.Turns.Any(turn => string.IsNullOrWhiteSpace(turn.Text)))
        {
            return "the user says nothing";
        }

        if (reply.Length < ShortestReply)
        {
            return $"the reply has {reply.Length} characters; the least is {ShortestReply}";
        }

        if (reply.Length > LongestReply)
        {
            return $"the reply has {reply.Length} characters; the most is {LongestReply}";
        }

        if (reply[^1] is not ('.' or '!' or '?'))
        {
            return "the reply is cut off";
        }

        if (!SceneMentions.Names(reply, facts.Scene))
        {
            return $"the reply does not name the scene {facts.Scene.Name}";
        }

        return conversation.NamesSubject && !reply.Contains(facts.Subject, StringComparison.OrdinalIgnoreCase)
            ? $"the user names the {facts.Subject}, the reply does not"
            : null;
    }
}
