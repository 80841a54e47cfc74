using Microsoft.Extensions.Logging;

namespace Cafe.ServiceDefaults.Health;

/// <summary>
/// The service's own word on whether it can work. Health checks, the interceptor and the metrics read it; the service
/// sets it. Starts as <see cref="ReadinessState.Starting"/>: a service that forgets to become ready never takes a call.
/// </summary>
public sealed class Readiness(ILogger<Readiness> logger)
{
    private readonly Lock _lock = new();
    private ReadinessStatus _status = new(ReadinessState.Starting, "starting");
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The state now.</summary>
    public ReadinessStatus Status
    {
        get
        {
            lock (_lock)
            {
                return _status;
            }
        }
    }

    /// <summary>Still loading; the reason says what.</summary>
    public void Starting(string reason) => Set(new ReadinessStatus(ReadinessState.Starting, reason));

    /// <summary>Able to work.</summary>
    public void Ready() => Set(new ReadinessStatus(ReadinessState.Ready, ""));

    /// <summary>Going down. Nothing leaves this state.</summary>
    public void Draining() => Set(new ReadinessStatus(ReadinessState.Draining, "shutting down"));

    /// <summary>Unable to work.</summary>
    /// <param name="reason">One line that says what to change.</param>
    /// <param name="restartHelps">True where the process itself is spoiled (a lost device), false where its input is (a bad pack).</param>
    public void Broken(string reason, bool restartHelps = false) =>
        Set(new ReadinessStatus(ReadinessState.Broken, reason, restartHelps));

    /// <summary>The state now, and a task that completes when it has changed.</summary>
    public (ReadinessStatus Status, Task Changed) Observe()
    {
        lock (_lock)
        {
            return (_status, _changed.Task);
        }
    }

    private void Set(ReadinessStatus status)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_status == status || _status.State == ReadinessState.Draining)
            {
                return;
            }

            _status = status;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (status.State == ReadinessState.Broken)
        {
            Log.Broken(logger, status.Reason);
        }
        else
        {
            Log.ReadinessChanged(logger, status.State, status.Reason);
        }

        changed.TrySetResult();
    }
}
