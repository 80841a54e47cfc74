namespace Cafe.Gateway.Stages;

/// <summary>Tokens that come with time, and as gifts, up to a bound. Thread-safe.</summary>
public sealed class TokenBucket
{
    private readonly Lock _lock = new();
    private readonly double _capacity;
    private readonly double _perSecond;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _filled;

    /// <summary>A full bucket.</summary>
    /// <param name="capacity">The bound.</param>
    /// <param name="perSecond">Tokens that come by themselves.</param>
    /// <param name="time">The clock.</param>
    public TokenBucket(double capacity, double perSecond, TimeProvider time)
    {
        (_capacity, _perSecond, _time) = (capacity, perSecond, time);
        _tokens = capacity;
        _filled = time.GetTimestamp();
    }

    /// <summary>Tokens in it now.</summary>
    public double Tokens
    {
        get
        {
            lock (_lock)
            {
                Fill();
                return _tokens;
            }
        }
    }

    /// <summary>Nothing has been taken that hasn't come again.</summary>
    public bool IsFull => Tokens >= _capacity;

    /// <summary>Puts some in; what is over the bound is lost.</summary>
    public void Give(double tokens)
    {
        lock (_lock)
        {
            Fill();
            _tokens = Math.Min(_capacity, _tokens + tokens);
        }
    }

    /// <summary>Takes one; where there is none, says when there will be (never, where none come by themselves).</summary>
    public bool TryTake(out TimeSpan wait)
    {
        lock (_lock)
        {
            Fill();
            if (_tokens >= 1)
            {
                _tokens--;
                wait = TimeSpan.Zero;
                return true;
            }

            wait = _perSecond > 0 ? TimeSpan.FromSeconds(Math.Min((1 - _tokens) / _perSecond, 86_400)) : TimeSpan.MaxValue;
            return false;
        }
    }

    private void Fill()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_capacity, _tokens + (_time.GetElapsedTime(_filled, now).TotalSeconds * _perSecond));
        _filled = now;
    }
}
