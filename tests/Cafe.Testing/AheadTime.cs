namespace Cafe.Testing;

/// <summary>The system's clock, whose stopwatch can be set forward.</summary>
public sealed class AheadTime : TimeProvider
{
    private long _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

    /// <summary>Sets it forward.</summary>
    public void Pass(TimeSpan span) => Interlocked.Add(ref _ahead, (long)(span.TotalSeconds * TimestampFrequency));
}
