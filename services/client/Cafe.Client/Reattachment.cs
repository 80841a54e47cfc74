namespace Cafe.Client;

/// <summary>When to ask again after a connection broke, and when to give up: the time without a gateway counts, from the break on, not what passed while one was at work.</summary>
internal sealed class Reattachment(CafeClientOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private TimeSpan _pause = FirstPause;
    private long? _broken;

    /// <summary>A gateway answered.</summary>
    public void Heard() => (_broken, _pause) = (null, FirstPause);

    /// <summary>The connection broke, or none came about.</summary>
    /// <param name="asked">How long the gateway asked to wait; null for the next of growing pauses.</param>
    /// <returns>How long to wait; null when there was no gateway for too long.</returns>
    public TimeSpan? Broke(TimeSpan? asked = null)
    {
        _broken ??= options.Time.GetTimestamp();
        var delay = (asked ?? _pause) * (1 + (Random.Shared.NextDouble() * 0.3));
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        return options.Time.GetElapsedTime(_broken.Value) + delay > options.Patience ? null : delay;
    }
}
