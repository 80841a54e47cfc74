using System.ComponentModel.DataAnnotations;
using Cafe.Diffuser.Scheduling;
using Cafe.Diffuser.Telemetry;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Cafe.Diffuser.Model;

/// <summary>Loads, warms up, says ready, and then is the scheduler's loop: one thread of its own, for its calls block for seconds.</summary>
internal sealed class DiffuserWorker(
    IDiffuserPartSource source,
    DiffuserState state,
    IOptions<DiffuserSettings> settings,
    DiffuserMetrics metrics,
    Readiness readiness,
    CafeTracing tracing,
    TimeProvider time,
    ILogger<DiffuserWorker> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        DiffuserPart part;
        try
        {
            readiness.Starting("loading the diffuser");
            part = source.Load(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            var known = error is PackException or ExecutionProviderException or GraphLoadException or ValidationException or SchedulerConfigException or FileNotFoundException or InvalidDataException;
            if (!known)
            {
                Log.LoadFailed(logger, error);
            }

            readiness.Broken(error.Message.ReplaceLineEndings(" "));
            return;
        }

        using (part)
        {
            var health = new ModelHealth(reason => readiness.Broken(reason, restartHelps: true));
            var scheduler = new DiffusionScheduler(
                part.Engine, part.Times, settings.Value.Queue, settings.Value.MaxActive, metrics, health, time, tracing.Source);
            metrics.Watch(scheduler, part.Counters);
            state.Set(part, scheduler);
            readiness.Ready();
            Serve(scheduler);
        }
    }

    private void Serve(DiffusionScheduler scheduler)
    {
        try
        {
            while (true)
            {
                scheduler.WaitForWorkAsync(_stop.Token).AsTask().GetAwaiter().GetResult();
                _stop.Token.ThrowIfCancellationRequested();
                scheduler.RunOnce();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            scheduler.FailAll(new NotReadyException("Shutting down.", RetryDelay));
        }
        catch (Exception error)
        {
            Log.SchedulerStopped(logger, error);
            readiness.Broken("the scheduler stopped; see the log", restartHelps: true);
            scheduler.FailAll(new NotReadyException("This process can't work; see its log.", RetryDelay, error));
        }
    }
}
