namespace Cafe.Gateway.Stages;

/// <summary>What the calls of one generation share.</summary>
/// <param name="requestId">Sent along to every stage.</param>
/// <param name="deadline">When the generation must be done.</param>
/// <param name="priority">Interactive calls have room where batch calls have none.</param>
/// <param name="warming">Told while the call waits for a stage's first process: who waits, how many, for how long.</param>
public sealed class CallContext(string requestId, DateTimeOffset deadline, V1.Priority priority = V1.Priority.Interactive, Action<V1.Warming>? warming = null)
{
    private int _retries;
    private int _refused;

    /// <summary>Sent along to every stage.</summary>
    public string RequestId => requestId;

    /// <summary>When the generation must be done.</summary>
    public DateTimeOffset Deadline => deadline;

    /// <summary>Interactive or batch.</summary>
    public V1.Priority Priority => priority;

    /// <summary>Attempts beyond the first, over all stages.</summary>
    public int Retries => Volatile.Read(ref _retries);

    /// <summary>One more attempt is about to be made.</summary>
    public void CountRetry() => Interlocked.Increment(ref _retries);

    /// <summary>A waiting room has no place for one of its calls; true the first time.</summary>
    public bool Refuse() => Interlocked.Exchange(ref _refused, 1) == 0;

    /// <summary>Still waiting for a stage's first process.</summary>
    public void Report(V1.Warming progress) => warming?.Invoke(progress);
}
