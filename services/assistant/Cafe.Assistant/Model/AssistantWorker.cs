using Cafe.Assistant.Scheduling;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Assistant.Model;

/// <summary>Loads the pack, warms up, says that the service is ready, and runs the scheduler until the host stops.</summary>
internal sealed class AssistantWorker(
    IAssistantModelSource source,
    AssistantRuntime runtime,
    Readiness readiness,
    AssistantMetrics metrics,
    CafeTracing tracing,
    IOptions<AssistantSettings> options,
    IOptions<PackSettings> pack,
    TimeProvider time,
    ILogger<AssistantWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A thread of its own: steps are long, and the pool's threads answer calls and probes.
        await Task.Factory.StartNew(() => Work(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private void Work(CancellationToken stopping)
    {
        try
        {
            readiness.Starting("loading the assistant's pack");
            var folder = PackFolder.Open(pack.Value.Path);
            var part = folder.Manifest.Parts.Assistant;
            Log.Loading(logger, folder.Manifest.Name, folder.Manifest.Version, part.Precision.ToString());
            using var model = source.Load(folder);
            readiness.Starting("warming up");
            var (costs, stepSeconds, prefillSeconds) = WarmUp.Measure(model, time, stopping);
            var health = new ModelHealth(reason => readiness.Broken(reason, restartHelps: true));
            var scheduler = new ReplyScheduler(model, model.Section.ImageTokenPosition, options.Value.Queue, costs, metrics, health, time, tracing.Source);
            metrics.ObserveCache(() => model.Active);
            runtime.Current = new LoadedAssistant(folder.Manifest, model, scheduler, ProvenanceOf(folder.Manifest, options.Value.Provider));
            Log.Ready(logger, model.MaxRows, model.MaxTokens, model.KvBytes, stepSeconds, prefillSeconds);
            readiness.Ready();
            Serve(scheduler, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is PackException or InvalidDataException or IOException or UnauthorizedAccessException
            or ExecutionProviderException or GraphLoadException or OnnxRuntimeException or InvalidOperationException or ArgumentException or OutOfMemoryException)
        {
            readiness.Broken(exception.Message.ReplaceLineEndings(" "));
        }
    }

    private void Serve(ReplyScheduler scheduler, CancellationToken stopping)
    {
        try
        {
            scheduler.RunAsync(stopping).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Failures of requests end there. One that ends the loop is a fault of ours or a lost device: only a new process helps.
            Log.LoopFailed(logger, exception);
            readiness.Broken("the scheduler's loop has ended", restartHelps: true);
        }
    }

    private static Provenance ProvenanceOf(PackManifest manifest, ExecutionProvider provider) => new()
    {
        PackName = manifest.Name,
        PackVersion = manifest.Version,
        PartFingerprint = manifest.Parts.Assistant.Fingerprint,
        Provider = provider switch
        {
            ExecutionProvider.Cpu => "cpu",
            ExecutionProvider.Cuda or ExecutionProvider.CudaPlugin => "cuda",
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "Unknown provider."),
        },
        Precision = manifest.Parts.Assistant.Precision.ToString().ToLowerInvariant(),
    };
}
