namespace Cafe.Simulation.Pods;

/// <summary>A pod's own time: it runs ahead of the fleet's while the pod's call lasts.</summary>
internal sealed class PodClock : TimeProvider
{
    /// <summary>Seconds from the start of the simulation.</summary>
    public double Seconds { get; set; }

    public override long TimestampFrequency => 10_000_000;

    public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);
}
