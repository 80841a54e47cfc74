using Cafe.Gateway.Access;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Generations;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Batching;

/// <summary>Runs batches.</summary>
internal sealed class BatchRunner(GenerationService generations, ActiveCalls calls, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const int DefaultWindow = 8;

    /// <summary>Runs one batch to its end, or, where the gateway goes down before, to the end of the items that have begun.</summary>
    /// <exception cref="NotReadyException">The gateway went down; items without an answer were not begun.</exception>
    public async Task RunAsync(
        IAsyncStreamReader<GenerateBatchRequest> stream,
        IServerStreamWriter<GenerateBatchResponse> responses,
        Caller caller,
        string requestId,
        DateTimeOffset deadline,
        CancellationToken cancellationToken)
    {
        var requests = new BatchReader(stream, calls.Closing);
        if (!await requests.MoveNextAsync(cancellationToken))
        {
            return;
        }

        var batch = new BatchOptions();
        var pending = true;
        if (requests.Current.MessageCase == GenerateBatchRequest.MessageOneofCase.Options)
        {
            batch = requests.Current.Options;
            pending = await requests.MoveNextAsync(cancellationToken);
        }

        var window = Math.Min(Window(batch), options.Value.MaxBatchWindow);
        using var session = new BatchSession(generations, requests, responses, caller, requestId, deadline, window, batch.Progress, time, cancellationToken);
        await session.RunAsync(pending);
    }

    private static int Window(BatchOptions batch) => batch.Window switch
    {
        0 => DefaultWindow,
        >= 1 and <= 64 => batch.Window,
        _ => throw new InvalidRequestException("options.window", $"must be 1 to 64, not {batch.Window}"),
    };
}
