namespace Cafe.ServiceDefaults.Circuits;

/// <summary>
/// Counts failures in a row. Open, it lets nobody through; only its owner's own probe closes it, so no request pays for finding
/// out. However many operations one stall makes late, it counts once: a failure counts only if its operation began after the
/// last one that counted.
/// </summary>
/// <param name="failuresToOpen">Failures in a row that open it, from 1.</param>
/// <param name="open">How it begins.</param>
/// <param name="time">The clock.</param>
public sealed class FailureCircuit(int failuresToOpen, bool open, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile bool _open = open;
    private int _failures;
    private long _counted = long.MinValue;

    /// <summary>What is behind it is left alone.</summary>
    public bool IsOpen => _open;

    /// <summary>An operation worked in time.</summary>
    public void Success()
    {
        lock (_lock)
        {
            _failures = 0;
        }
    }

    /// <summary>An operation failed or was late. True when this one opened the circuit.</summary>
    /// <param name="started">The clock's timestamp at which the operation began.</param>
    public bool Failure(long started)
    {
        lock (_lock)
        {
            if (_open || started < _counted)
            {
                return false;
            }

            _counted = time.GetTimestamp();
            return _open = ++_failures >= failuresToOpen;
        }
    }

    /// <summary>The probe came back.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _failures = 0;
            _open = false;
        }
    }
}
