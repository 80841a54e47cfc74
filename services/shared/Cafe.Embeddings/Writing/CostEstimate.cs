namespace Cafe.Embeddings.Writing;

/// <summary>What encoding costs lately: an exponential mean, from which the budgets of reads and the lengths of leases follow.</summary>
public sealed class CostEstimate
{
    private const double Weight = 0.2;
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private double _seconds;

    /// <summary>Begins with a guess, until there is a measurement.</summary>
    public CostEstimate(TimeSpan initial) => _seconds = initial.TotalSeconds;

    /// <summary>The mean.</summary>
    public TimeSpan Mean
    {
        get
        {
            lock (_lock)
            {
                return TimeSpan.FromSeconds(_seconds);
            }
        }
    }

    /// <summary>Takes one encoding in.</summary>
    public void Add(TimeSpan time)
    {
        lock (_lock)
        {
            _seconds += Weight * (time.TotalSeconds - _seconds);
        }
    }

    /// <summary>Starts from a measurement, for example the warm-up's.</summary>
    public void Reset(TimeSpan time)
    {
        lock (_lock)
        {
            _seconds = time.TotalSeconds;
        }
    }

    /// <summary>A read may take half of what encoding costs, within the configured bounds: after that encoding anew is the better bet.</summary>
    public TimeSpan ReadBudget(TimeSpan least, TimeSpan most)
    {
        var half = Mean / 2;
        return half > most ? most : half < least ? TimeSpan.FromTicks(Math.Min(least.Ticks, most.Ticks)) : half;
    }

    /// <summary>A lease lasts eight encodings, at least the configured time, else at most a minute, and is renewed in time: it lapses soon when its process died.</summary>
    public TimeSpan Lease(TimeSpan least)
    {
        var eight = Mean * 8;
        return eight < least ? least : eight < OneMinute ? eight : least > OneMinute ? least : OneMinute;
    }

    /// <summary>How often to look whether another process has finished: a quarter of an encoding, 5 to 100 ms.</summary>
    public TimeSpan Poll => TimeSpan.FromSeconds(Math.Clamp(Mean.TotalSeconds / 4, 0.005, 0.1));
}
