namespace Cafe.Scheduling.Queue;

/// <summary>Work was not taken: the queue is full, or the stage drains. Becomes RESOURCE_EXHAUSTED or UNAVAILABLE.</summary>
public sealed class RejectedException : Exception
{
    /// <summary>Creates the rejection.</summary>
    public RejectedException(RejectionReason reason, TimeSpan retryAfter, string message)
        : base(message)
    {
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>Why.</summary>
    public RejectionReason Reason { get; }

    /// <summary>When trying again makes sense.</summary>
    public TimeSpan RetryAfter { get; }
}
