using Cafe.ServiceDefaults.Errors;
using Grpc.Core;

namespace Cafe.Gateway.Conversations;

/// <summary>Another turn of the same conversation is under way: ABORTED with RetryInfo.</summary>
public sealed class ConversationBusyException : CafeException
{
    /// <summary>Names the conversation.</summary>
    public ConversationBusyException(string id)
        : base(StatusCode.Aborted, "CONVERSATION_BUSY", $"conversation_id: another turn of {id} is under way; send the next one when it has ended.") =>
        RetryDelay = TimeSpan.FromSeconds(2);
}
