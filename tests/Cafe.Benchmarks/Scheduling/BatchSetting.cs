namespace Cafe.Benchmarks.Scheduling;

/// <summary>A setting of request-level batching.</summary>
/// <param name="Size">Most requests of a batch, 1 or more.</param>
/// <param name="Delay">Seconds that the first one waits for others.</param>
/// <param name="LeaveEarly">A request is answered when it is done itself, before its batch: no longer quite request-level, for the model has to be driven by the step.</param>
internal readonly record struct BatchSetting(int Size, double Delay, bool LeaveEarly)
{
    /// <summary>One request at a time, in order of arrival.</summary>
    public static BatchSetting OneAtATime { get; } = new(1, 0, false);
}
