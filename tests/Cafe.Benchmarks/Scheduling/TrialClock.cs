using Cafe.Simulation.Pods;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>A trial's time, from 0: real, or that of a table of call times.</summary>
/// <param name="Time">What the schedulers read.</param>
/// <param name="SkipTo">Puts it forward to so many seconds.</param>
internal sealed record TrialClock(TimeProvider Time, Action<double> SkipTo)
{
    /// <summary>Seconds since the trial began.</summary>
    public double Now => (double)Time.GetTimestamp() / Time.TimestampFrequency;

    /// <summary>Time as it passes, less the waits.</summary>
    public static TrialClock Real(Func<TimeSpan> clock)
    {
        var time = new SkippingTime(clock);
        return new TrialClock(time, time.SkipTo);
    }

    /// <summary>Time that passes where an engine says so.</summary>
    public static TrialClock Of(PodClock clock) => new(clock, seconds => clock.Seconds = Math.Max(clock.Seconds, seconds));
}
