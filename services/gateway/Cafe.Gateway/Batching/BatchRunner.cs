using Cafe.Gateway.Access;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Generations;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Cafe.Gateway.Batching;

/// <summary>Runs batches.</summary>
internal sealed class BatchRunner(GenerationService generations, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const int DefaultWindow = 8;

    /// <summary>Runs one batch to its end.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<GenerateBatchRequest> requests,
        IServerStreamWriter<GenerateBatchResponse> responses,
        Caller caller,
        string requestId,
        DateTimeOffset deadline,
        CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken))
        {
            return;
        }

        var batch = new BatchOptions();
        var pending = true;
        if (requests.Current.MessageCase == GenerateBatchRequest.MessageOneofCase.Options)
        {
            batch = requests.Current.Options;
            pending = await requests.MoveNext(cancellationToken);
        }

        var window = Math.Min(Window(batch), options.Value.MaxBatchWindow);
        using var session = new BatchSession(generations, responses, caller, requestId, deadline, window, batch.Progress, time, cancellationToken);
        await session.RunAsync(requests, pending);
    }

    private static int Window(BatchOptions batch) => batch.Window switch
    {
        0 => DefaultWindow,
        >= 1 and <= 64 => batch.Window,
        _ => throw new InvalidRequestException("options.window", $"must be 1 to 64, not {batch.Window}"),
    };
}
