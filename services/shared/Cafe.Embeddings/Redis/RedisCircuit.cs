namespace Cafe.Embeddings.Redis;

/// <summary>
/// Counts failures in a row. Open, it lets nobody through; only the connection's own probe closes it, so no request pays for
/// finding out.
/// </summary>
internal sealed class RedisCircuit(int failuresToOpen, bool open)
{
    private int _failures;
    private volatile bool _open = open;

    /// <summary>Redis is left alone.</summary>
    public bool IsOpen => _open;

    /// <summary>An operation worked in time.</summary>
    public void Success() => Volatile.Write(ref _failures, 0);

    /// <summary>An operation failed or was late. True when this one opened the circuit.</summary>
    public bool Failure()
    {
        if (Interlocked.Increment(ref _failures) < failuresToOpen || _open)
        {
            return false;
        }

        _open = true;
        return true;
    }

    /// <summary>The probe came back.</summary>
    public void Close()
    {
        Volatile.Write(ref _failures, 0);
        _open = false;
    }
}
