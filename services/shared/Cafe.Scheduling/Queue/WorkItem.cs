namespace Cafe.Scheduling.Queue;

/// <summary>A request that waits, or was taken and runs.</summary>
/// <typeparam name="T">The stage's own request.</typeparam>
public sealed class WorkItem<T>
{
    internal WorkItem(T work, string tenant, WorkClass workClass, double costSeconds, long enqueued, long? deadline, long sequence)
    {
        Work = work;
        Tenant = tenant;
        Class = workClass;
        CostSeconds = costSeconds;
        EnqueuedTimestamp = enqueued;
        DeadlineTimestamp = deadline;
        Sequence = sequence;
    }

    /// <summary>The stage's own request.</summary>
    public T Work { get; }

    /// <summary>Whom to be fair between; may be empty.</summary>
    public string Tenant { get; }

    /// <summary>The class it was sent with, or has been raised to.</summary>
    public WorkClass Class { get; internal set; }

    /// <summary>Predicted seconds of work left, alone on the device. A stage that works in steps lowers it as it goes.</summary>
    public double CostSeconds { get; set; }

    /// <summary>When it came, on the queue's TimeProvider (GetTimestamp).</summary>
    public long EnqueuedTimestamp { get; }

    /// <summary>When its caller gives up, on the same clock; null for never.</summary>
    public long? DeadlineTimestamp { get; }

    /// <summary>Order of arrival.</summary>
    public long Sequence { get; }

    /// <summary>Told when a better claim takes the place of this one; null: it keeps its place.</summary>
    internal Action<RejectedException>? Displaced { get; init; }
}
