using System.Diagnostics;
using Cafe.Gateway.Access;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Idempotency;
using Cafe.Gateway.Requests;
using Cafe.Gateway.Runs;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Generations;

/// <summary>Takes requests in, whichever way they came: gRPC, JSON, event stream or batch.</summary>
internal sealed class GenerationService(
    RequestValidator validator,
    Admission admission,
    KeyedRuns keyed,
    GenerationWorker worker,
    SeedSource seeds,
    GatewayMetrics metrics,
    IOptions<GatewayOptions> options,
    TimeProvider time)
{
    /// <summary>Starts the work, or attaches to it where its key is known.</summary>
    /// <exception cref="CafeException">It is refused.</exception>
    public RunHandle Start(GenerateRequest request, Caller caller, string requestId, DateTimeOffset deadline)
    {
        try
        {
            validator.Validate(request);
        }
        catch (InvalidRequestException)
        {
            metrics.Rejected("invalid");
            throw;
        }

        var latest = time.GetUtcNow().AddSeconds(options.Value.MaxDurationSeconds);
        var order = new GenerationOrder(
            requestId, request, caller, GenerationSeeds.For(request, seeds), deadline < latest ? deadline : latest, CafeTracing.Ambient?.Context ?? default, []);
        // Work with a key may be shared by callers with other deadlines: each leaves at its own, and the last one's leaving ends it.
        return request.IdempotencyKey.Length > 0 ? keyed.Attach(order with { Deadline = latest }) : Run(order);
    }

    private RunHandle Run(GenerationOrder order)
    {
        var slot = admission.Enter(order.Caller, order.Request.Priority);
        var run = new GenerationRun(order.RequestId);
        var stop = new CancellationTokenSource();
        var work = Task.Run(() => worker.RunAsync(order, run, stop.Token));
        // The slot is free when both have ended: a slow reader holds the result, a cancelled call its last step.
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Task.WhenAll(work, left.Task).ContinueWith(
            _ =>
            {
                slot.Dispose();
                stop.Dispose();
            },
            TaskScheduler.Default);
        return new RunHandle(run, () =>
        {
            stop.Cancel();
            left.TrySetResult();
        });
    }
}
