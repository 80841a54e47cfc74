using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Batching;

/// <summary>A batch's messages, until the gateway goes down: its callers may take hours to send them all, a drain has seconds.</summary>
/// <param name="requests">The caller's stream.</param>
/// <param name="closing">Set when the gateway takes nothing new.</param>
internal sealed class BatchReader(IAsyncStreamReader<GenerateBatchRequest> requests, CancellationToken closing)
{
    /// <summary>The message read last.</summary>
    public GenerateBatchRequest Current => requests.Current;

    /// <summary>Reads the next message; false at the stream's end.</summary>
    /// <exception cref="NotReadyException">The gateway goes down.</exception>
    public async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        var more = false;
        await UnlessClosingAsync(async token => more = await requests.MoveNext(token), cancellationToken);
        return more;
    }

    /// <summary>Waits for what precedes new work.</summary>
    /// <exception cref="NotReadyException">The gateway goes down.</exception>
    public async Task UnlessClosingAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing);
        try
        {
            await wait(either.Token);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw NotReadyException.ShuttingDown();
        }
    }
}
