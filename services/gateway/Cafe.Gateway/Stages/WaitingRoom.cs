using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;

namespace Cafe.Gateway.Stages;

/// <summary>
/// Where calls wait while a stage has no ready process. One prober asks for all of them; when it finds the stage healthy, all
/// go in. How many wait is a metric of its own: it is what an autoscaler can start a pool from zero by.
/// </summary>
/// <param name="stage">The stage waited for.</param>
/// <param name="gateway">Bounds and intervals.</param>
/// <param name="probe">Whether the stage is healthy; answers false rather than throwing.</param>
/// <param name="metrics">Told how many wait and how many generations found no room.</param>
/// <param name="time">The clock.</param>
public sealed class WaitingRoom(Stage stage, GatewayOptions gateway, Func<CancellationToken, Task<bool>> probe, GatewayMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private readonly WaitingRoomOptions _options = gateway.WaitingRoom;
    private readonly Lock _lock = new();
    private int _waiting;
    private TaskCompletionSource<bool>? _opened;

    /// <summary>Calls that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Returns when the stage is healthy.</summary>
    /// <returns>Whether it had to be waited for; false where the first look found it healthy.</returns>
    /// <exception cref="OverloadedException">The room is full.</exception>
    /// <exception cref="NotReadyException">It took too long.</exception>
    public async Task<bool> WaitAsync(CallContext call, CancellationToken cancellationToken)
    {
        var opened = Enter(call);
        metrics.Waiting(stage, +1);
        try
        {
            var started = time.GetTimestamp();
            // A stage that is back at once needs no event: the first comes after the first look.
            var pause = TimeSpan.FromSeconds(Math.Min(_options.ProbeSeconds, _options.EventSeconds));
            while (!await OpensWithin(opened, pause, cancellationToken))
            {
                var waited = time.GetElapsedTime(started);
                if (waited.TotalSeconds >= _options.Seconds)
                {
                    throw new NotReadyException($"The {stage.Name()} has had no ready process for {waited.TotalSeconds:0.#} s.", RetryDelay);
                }

                call.Report(new Warming { Stage = stage, Waiting = Waiting, WaitedSeconds = waited.TotalSeconds });
                pause = TimeSpan.FromSeconds(Math.Min(_options.EventSeconds, Math.Max(0.001, _options.Seconds - waited.TotalSeconds)));
            }

            return await opened;
        }
        finally
        {
            lock (_lock)
            {
                _waiting--;
            }

            metrics.Waiting(stage, -1);
        }
    }

    private async Task<bool> OpensWithin(Task opened, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await opened.WaitAsync(pause, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Task<bool> Enter(CallContext call)
    {
        var bound = gateway.BoundOf(call.Priority, _options.Size);
        lock (_lock)
        {
            if (_waiting >= bound)
            {
                if (call.Refuse())
                {
                    metrics.Rejected("waiting");
                }

                throw new OverloadedException($"{bound} calls, the limit{(bound < _options.Size ? " for batch calls" : "")}, wait for the {stage.Name()} already.", RetryDelay);
            }

            _waiting++;
            if (_opened is null)
            {
                _opened = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                _ = Task.Run(() => Probe(_opened));
            }

            return _opened.Task;
        }
    }

    private async Task Probe(TaskCompletionSource<bool> opened)
    {
        var interval = TimeSpan.FromSeconds(_options.ProbeSeconds);
        for (var looks = 0; ; looks++)
        {
            var healthy = await probe(CancellationToken.None);
            lock (_lock)
            {
                if (healthy || _waiting == 0)
                {
                    // Whoever comes now starts a new prober.
                    _opened = null;
                    opened.TrySetResult(looks > 0);
                    return;
                }
            }

            await Task.Delay(interval, time);
        }
    }
}
