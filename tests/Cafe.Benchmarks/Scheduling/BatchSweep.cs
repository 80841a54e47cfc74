namespace Cafe.Benchmarks.Scheduling;

/// <summary>
/// Looks for the best setting of request-level batching, on the very requests that the trial then runs and over the measured times: with
/// hindsight, so that nothing that could be tuned is held against it.
/// </summary>
internal static class BatchSweep
{
    private static readonly int[] Sizes = [2, 3, 4, 6, 8, 12, 16];

    // Of the mean time of a request alone.
    private static readonly double[] Delays = [0, 0.1, 0.25, 0.5, 1, 2];

    /// <summary>Settings that are tried.</summary>
    public static int Count => Sizes.Length * Delays.Length;

    /// <param name="requests">The trial's.</param>
    /// <param name="table">Makes a device of the table, its clock at 0.</param>
    /// <param name="alone">Mean seconds of a request alone.</param>
    /// <param name="leaveEarly">Whether requests are answered before their batch.</param>
    public static BatchSetting Best(IReadOnlyList<WorkRequest> requests, Func<TrialDevice> table, double alone, bool leaveEarly) => Sizes
        .SelectMany(size => Delays.Select(delay => new BatchSetting(size, delay * alone, leaveEarly)))
        .MinBy(setting => Trial.Run(table(), requests, (device, done) => new BatchContender(device, setting, done)));
}
