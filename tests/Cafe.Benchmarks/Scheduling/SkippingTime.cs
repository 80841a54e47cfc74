namespace Cafe.Benchmarks.Scheduling;

/// <summary>Real time without the waits: where a trial would only wait for the next arrival, it goes on at once and the clock is put forward.</summary>
/// <param name="clock">What is real.</param>
internal sealed class SkippingTime(Func<TimeSpan> clock) : TimeProvider
{
    private readonly TimeSpan _begun = clock();
    private TimeSpan _skipped;

    private TimeSpan Now => clock() - _begun + _skipped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    /// <summary>Puts it forward to so many seconds from the start; never back.</summary>
    public void SkipTo(double seconds)
    {
        var ahead = TimeSpan.FromSeconds(seconds) - Now;
        _skipped += ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
    }
}
