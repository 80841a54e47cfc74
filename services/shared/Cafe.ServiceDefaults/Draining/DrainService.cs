using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Listening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cafe.ServiceDefaults.Draining;

/// <summary>
/// Goes down in order: not ready, then closed to new calls, then running calls finish, then the listeners close. It runs
/// before any hosted service stops, so that schedulers still work while calls finish.
/// </summary>
internal sealed class DrainService(
    Readiness readiness,
    ActiveCalls calls,
    ServiceIdentity identity,
    BoundAddresses bound,
    IOptions<DrainSettings> settings,
    TimeProvider time,
    ILogger<DrainService> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Log.Listening(logger, identity.Name, bound.Grpc, bound.Health, bound.Metrics);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromSeconds(settings.Value.TimeoutSeconds);
        var busy = calls.Count > 0;
        readiness.Draining();
        Log.DrainStarted(logger, calls.Count, timeout.TotalSeconds);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(settings.Value.AnnounceSeconds), time, cancellationToken);
            busy |= calls.Count > 0;
            await calls.Close().WaitAsync(timeout, time, cancellationToken);
            if (busy)
            {
                await Task.Delay(TimeSpan.FromSeconds(settings.Value.LingerSeconds), time, cancellationToken);
            }

            Log.Drained(logger);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Log.DrainTimedOut(logger, calls.Count);
            _ = calls.Close();
            calls.Abort();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
