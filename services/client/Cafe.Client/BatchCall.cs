using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Client;

/// <summary>
/// A batch that outlives its stream. Items that were sent and not answered are sent again over the next stream; their keys
/// make the gateway repeat the outcome instead of the work.
/// </summary>
internal sealed class BatchCall(GatewayService.GatewayServiceClient gateway, CafeClientOptions options, int window)
{
    private readonly Dictionary<string, Pending> _pending = [];
    private readonly Lock _lock = new();
    private bool _read;
    private Exception? _sourceFailure;

    public async IAsyncEnumerable<CafeBatchResult> RunAsync(IAsyncEnumerable<CafeBatchItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var source = items.GetAsyncEnumerator(cancellationToken);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var leaving = new Leaving(left);
        var reattachment = new Reattachment(options);
        while (true)
        {
            // One result at a time: whoever reads slowly holds the stream up, and the gateway with it.
            var results = Channel.CreateBounded<CafeBatchResult>(1);
            var stream = StreamAsync(source, results.Writer, left.Token);
            await foreach (var result in results.Reader.ReadAllAsync(cancellationToken))
            {
                reattachment.Heard();
                yield return result;
            }

            if (await stream is not { } failure)
            {
                yield break;
            }

            if (reattachment.Broke() is not { } delay)
            {
                throw new CafeException(failure);
            }

            await Task.Delay(delay, options.Time, cancellationToken);
        }
    }

    // Null where everything was answered; else why the stream broke. What another stream can't mend is thrown.
    private async Task<RpcException?> StreamAsync(IAsyncEnumerator<CafeBatchItem> source, ChannelWriter<CafeBatchResult> results, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var headers = await Credentials.HeadersAsync(options, cancellationToken);
            using var call = gateway.GenerateBatch(new CallOptions(headers, cancellationToken: stop.Token));
            var room = new SemaphoreSlim(window);
            var sending = SendAsync(source, call.RequestStream, room, stop);
            try
            {
                await ReceiveAsync(call.ResponseStream, results, room, stop.Token);
            }
            finally
            {
                // A broken stream shows in the reading; the sender just ends.
                await stop.CancelAsync();
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return null;
        }
        catch (Exception) when (_sourceFailure is not null)
        {
            ExceptionDispatchInfo.Throw(_sourceFailure);
            throw;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled || failure.Status.DebugException is not null)
        {
            return failure;
        }
        catch (RpcException failure)
        {
            throw new CafeException(failure);
        }
        finally
        {
            results.Complete();
        }
    }

    private async Task ReceiveAsync(
        IAsyncStreamReader<GenerateBatchResponse> responses, ChannelWriter<CafeBatchResult> results, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        while (await responses.MoveNext(cancellationToken))
        {
            if (Take(responses.Current) is { } result)
            {
                room.Release();
                await results.WriteAsync(result, cancellationToken);
            }
        }

        lock (_lock)
        {
            if (!_read || _pending.Count > 0)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended before every item was answered."));
            }
        }
    }

    private CafeBatchResult? Take(GenerateBatchResponse answer)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(answer.Id, out var pending))
            {
                return null;
            }

            if (answer.ResultCase == GenerateBatchResponse.ResultOneofCase.Error)
            {
                _pending.Remove(answer.Id);
                return new CafeBatchResult(answer.Id, null, answer.Error);
            }

            switch (answer.Event.EventCase)
            {
                case GenerateResponse.EventOneofCase.Image:
                    pending.Pictures[answer.Event.Image.Index] = CafePicture.From(answer.Event.Image);
                    return null;
                case GenerateResponse.EventOneofCase.Summary:
                    _pending.Remove(answer.Id);
                    var summary = answer.Event.Summary;
                    return new CafeBatchResult(answer.Id, new CafeResult(summary.Reply, [.. pending.Pictures.Values], summary), null);
                default:
                    return null;
            }
        }
    }

    private async Task SendAsync(
        IAsyncEnumerator<CafeBatchItem> source, IClientStreamWriter<GenerateBatchRequest> requests, SemaphoreSlim room, CancellationTokenSource stop)
    {
        await requests.WriteAsync(new GenerateBatchRequest { Options = new BatchOptions { Window = window } }, stop.Token);
        foreach (var pending in Unanswered())
        {
            await room.WaitAsync(stop.Token);
            await requests.WriteAsync(new GenerateBatchRequest { Item = pending.Item }, stop.Token);
        }

        while (!_read)
        {
            await room.WaitAsync(stop.Token);
            if (await NextAsync(source, stop) is { } item)
            {
                await requests.WriteAsync(new GenerateBatchRequest { Item = item }, stop.Token);
            }
        }

        await requests.CompleteAsync();
    }

    // The source's own failure is the batch's.
    private async Task<BatchItem?> NextAsync(IAsyncEnumerator<CafeBatchItem> source, CancellationTokenSource stop)
    {
        try
        {
            if (await source.MoveNextAsync())
            {
                return Remember(source.Current);
            }

            lock (_lock)
            {
                _read = true;
            }

            return null;
        }
        catch (Exception failure)
        {
            _sourceFailure = failure;
            await stop.CancelAsync();
            throw;
        }
    }

    private BatchItem Remember(CafeBatchItem next)
    {
        var item = new BatchItem { Id = next.Id, Request = next.Request.Clone() };
        if (item.Request.IdempotencyKey.Length == 0)
        {
            item.Request.IdempotencyKey = Guid.NewGuid().ToString("N");
        }

        lock (_lock)
        {
            return _pending.TryAdd(item.Id, new Pending(item)) ? item : throw new ArgumentException($"The batch has two items with the id '{item.Id}' at once.");
        }
    }

    private Pending[] Unanswered()
    {
        lock (_lock)
        {
            return [.. _pending.Values];
        }
    }

    private sealed class Leaving(CancellationTokenSource left) : IDisposable
    {
        public void Dispose() => left.Cancel();
    }

    private sealed class Pending(BatchItem item)
    {
        public BatchItem Item => item;

        public SortedDictionary<int, CafePicture> Pictures { get; } = [];
    }
}
