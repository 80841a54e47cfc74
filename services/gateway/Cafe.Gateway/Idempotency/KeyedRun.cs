using Cafe.Gateway.Runs;

namespace Cafe.Gateway.Idempotency;

/// <summary>Work with a key that runs here, or is followed here, and its readers.</summary>
internal sealed class KeyedRun(string requestHash, GenerationRun run, TimeSpan detached, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _abandon;
    private int _readers;
    private bool _disposed;

    /// <summary>What happens.</summary>
    public GenerationRun Run => run;

    /// <summary>The hash of the request that the key was first sent with.</summary>
    public string RequestHash => requestHash;

    /// <summary>Set when nobody has read for too long.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>One more reader.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            _readers++;
            _abandon?.Dispose();
            _abandon = null;
        }
    }

    /// <summary>One reader less. After the last, the work goes on for a while: its caller may be on the way back.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_readers == 0 && !_disposed && !run.IsComplete)
            {
                _abandon = time.CreateTimer(_ => Abandon(), null, detached, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Ends the work, whoever reads.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _stop.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _abandon?.Dispose();
            _stop.Dispose();
        }
    }

    private void Abandon()
    {
        lock (_lock)
        {
            if (_readers == 0 && !_disposed)
            {
                _stop.Cancel();
            }
        }
    }
}
