using System.Diagnostics;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>Real time without the waits: where a trial would only wait for the next arrival, it goes on at once and the clock is put forward.</summary>
internal sealed class SkippingTime : TimeProvider
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _skipped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (_watch.Elapsed + _skipped).Ticks;

    /// <summary>Puts it forward to so many seconds from the start; never back.</summary>
    public void SkipTo(double seconds)
    {
        var ahead = TimeSpan.FromSeconds(seconds) - (_watch.Elapsed + _skipped);
        _skipped += ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
    }
}
