namespace Cafe.Scheduling.Queue;

/// <summary>Why work was rejected.</summary>
public enum RejectionReason
{
    /// <summary>As much waits as may wait.</summary>
    QueueFull,

    /// <summary>Another caller's claim to the place was better (a more urgent class, a tenant with fewer places).</summary>
    Displaced,

    /// <summary>The stage takes no more work: it is about to stop.</summary>
    Draining,
}
