namespace Cafe.Client.Tests;

/// <summary>The system's clock, whose stopwatch can be set forward.</summary>
internal sealed class AheadTime : TimeProvider
{
    private long _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

    public void Pass(TimeSpan span) => Interlocked.Add(ref _ahead, (long)(span.TotalSeconds * TimestampFrequency));
}
