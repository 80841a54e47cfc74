using Cafe.Gateway.Access;
using Cafe.Gateway.Runs;
using Cafe.V1;

namespace Cafe.Gateway.Idempotency;

/// <summary>
/// Work with a key that runs here, or is followed here, its readers, and the slots that it takes: one while it works, whether
/// anybody reads or not, and one for each reader beyond the first.
/// </summary>
internal sealed class KeyedRun(string requestHash, GenerationRun run, TimeSpan detached, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Stack<IDisposable> _slots = [];
    private ITimer? _abandon;
    private int _readers;
    private bool _ended;
    private bool _disposed;

    /// <summary>What happens.</summary>
    public GenerationRun Run => run;

    /// <summary>The hash of the request that the key was first sent with.</summary>
    public string RequestHash => requestHash;

    /// <summary>Set when nobody has read for too long.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>One more reader. One that comes back while nobody reads takes the work's own slot over.</summary>
    /// <exception cref="ServiceDefaults.Errors.OverloadedException">A bound of its caller or of the gateway is met.</exception>
    public void Enter(Admission admission, Caller caller, Priority priority)
    {
        lock (_lock)
        {
            if (_slots.Count > _readers)
            {
                admission.Return(caller);
            }
            else
            {
                _slots.Push(admission.Enter(caller, priority));
            }

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
            _readers--;
            FreeSlots();
            if (_readers == 0 && !_disposed && !run.IsComplete)
            {
                _abandon = time.CreateTimer(_ => Abandon(), null, detached, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The work is over; only readers still need slots.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            FreeSlots();
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

    // A reader that has seen the end may call again at once: the slot doesn't wait for what is tidied up after it.
    private void FreeSlots()
    {
        var needed = Math.Max(_readers, _ended || run.IsComplete ? 0 : 1);
        while (_slots.Count > needed)
        {
            _slots.Pop().Dispose();
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
