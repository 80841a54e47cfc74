using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Cafe.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Cafe.Client;

/// <summary>
/// A batch that outlives its stream. Items that were sent and not answered are sent again over the next stream, and one that the gateway
/// could not do for now after the time it asks for; their keys make the gateway repeat the outcome instead of the work.
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
            using var sender = new Sender(call.RequestStream, options.Time);
            var sending = SendAsync(source, sender, room, stop);
            try
            {
                await ReceiveAsync(call.ResponseStream, results, sender, room, stop.Token);
            }
            finally
            {
                // A broken stream shows in the reading; the sender just ends.
                await stop.CancelAsync();
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await sender.EndAsync();
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
        IAsyncStreamReader<GenerateBatchResponse> responses, ChannelWriter<CafeBatchResult> results, Sender sender, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        while (await responses.MoveNext(cancellationToken))
        {
            var (result, again) = Take(responses.Current);
            if (again is { } later)
            {
                sender.SendLater(Request(later.Item), later.Delay, cancellationToken);
            }
            else if (result is not null)
            {
                room.Release();
                await results.WriteAsync(result, cancellationToken);
                await CompleteWhenDoneAsync(sender);
            }
        }

        if (!IsDone())
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended before every item was answered."));
        }
    }

    // A result, or an item to send again, or neither.
    private (CafeBatchResult? Result, (Pending Item, TimeSpan Delay)? Again) Take(GenerateBatchResponse answer)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(answer.Id, out var pending))
            {
                return default;
            }

            if (answer.ResultCase == GenerateBatchResponse.ResultOneofCase.Error)
            {
                if (pending.FailedForNow(answer.Error) is { } delay)
                {
                    return (null, (pending, delay));
                }

                _pending.Remove(answer.Id);
                return (new CafeBatchResult(answer.Id, null, answer.Error), null);
            }

            switch (answer.Event.EventCase)
            {
                case GenerateResponse.EventOneofCase.Image:
                    pending.Pictures[answer.Event.Image.Index] = CafePicture.From(answer.Event.Image);
                    return default;
                case GenerateResponse.EventOneofCase.Summary:
                    _pending.Remove(answer.Id);
                    var summary = answer.Event.Summary;
                    return (new CafeBatchResult(answer.Id, new CafeResult(summary.Reply, [.. pending.Pictures.Values], summary), null), null);
                default:
                    return default;
            }
        }
    }

    private async Task SendAsync(IAsyncEnumerator<CafeBatchItem> source, Sender sender, SemaphoreSlim room, CancellationTokenSource stop)
    {
        await sender.SendAsync(new GenerateBatchRequest { Options = new BatchOptions { Window = window } }, stop.Token);
        foreach (var pending in Unanswered())
        {
            await room.WaitAsync(stop.Token);
            await sender.SendAsync(Request(pending), stop.Token);
        }

        while (!_read)
        {
            await room.WaitAsync(stop.Token);
            if (await NextAsync(source, stop) is { } item)
            {
                await sender.SendAsync(Request(item), stop.Token);
            }
        }

        await CompleteWhenDoneAsync(sender);
    }

    // Items may have to be sent again until the last one is answered.
    private async Task CompleteWhenDoneAsync(Sender sender)
    {
        if (IsDone())
        {
            await sender.CompleteAsync();
        }
    }

    private bool IsDone()
    {
        lock (_lock)
        {
            return _read && _pending.Count == 0;
        }
    }

    private static GenerateBatchRequest Request(Pending pending) => new()
    {
        Item = new BatchItem { Id = pending.Id, Request = pending.Request, Timeout = Duration.FromTimeSpan(pending.TimeLeft()) },
    };

    // The source's own failure is the batch's.
    private async Task<Pending?> NextAsync(IAsyncEnumerator<CafeBatchItem> source, CancellationTokenSource stop)
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

    private Pending Remember(CafeBatchItem next)
    {
        var request = next.Request.Clone();
        if (request.IdempotencyKey.Length == 0)
        {
            request.IdempotencyKey = Guid.NewGuid().ToString("N");
        }

        var pending = new Pending(next.Id, request, options);
        lock (_lock)
        {
            return _pending.TryAdd(next.Id, pending) ? pending : throw new ArgumentException($"The batch has two items with the id '{next.Id}' at once.");
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

    private sealed class Pending(string id, GenerateRequest request, CafeClientOptions options)
    {
        private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);
        private readonly long _begun = options.Time.GetTimestamp();
        private readonly Reattachment _patience = new(options);

        public string Id => id;

        public GenerateRequest Request => request;

        public SortedDictionary<int, CafePicture> Pictures { get; } = [];

        /// <summary>What is left of the item's time; never nothing, so that the gateway is the one to say that it is over.</summary>
        public TimeSpan TimeLeft() => options.Timeout - options.Time.GetElapsedTime(_begun) is var left && left > Least ? left : Least;

        /// <summary>When to send it again; null where that can't help, or didn't for too long.</summary>
        public TimeSpan? FailedForNow(ItemError error) =>
            error.RetryDelay is { } asked && _patience.Broke(asked.ToTimeSpan()) is { } delay && delay < TimeLeft() ? delay : null;
    }

    // Writes one message at a time.
    private sealed class Sender(IClientStreamWriter<GenerateBatchRequest> requests, TimeProvider time) : IDisposable
    {
        private readonly SemaphoreSlim _writing = new(1);
        private readonly List<Task> _later = [];
        private bool _complete;

        public async Task SendAsync(GenerateBatchRequest request, CancellationToken cancellationToken)
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                await requests.WriteAsync(request, cancellationToken);
            }
            finally
            {
                _writing.Release();
            }
        }

        public void SendLater(GenerateBatchRequest request, TimeSpan delay, CancellationToken cancellationToken)
        {
            _later.RemoveAll(sent => sent.IsCompleted);
            _later.Add(LaterAsync());

            async Task LaterAsync()
            {
                await Task.Delay(delay, time, cancellationToken);
                await SendAsync(request, cancellationToken);
            }
        }

        public async Task CompleteAsync()
        {
            await _writing.WaitAsync();
            try
            {
                if (!_complete)
                {
                    _complete = true;
                    await requests.CompleteAsync();
                }
            }
            finally
            {
                _writing.Release();
            }
        }

        /// <summary>Waits for what was still to be sent, which the stream's end has cancelled.</summary>
        public Task EndAsync() => Task.WhenAll(_later).ContinueWith(static _ => { }, TaskScheduler.Default);

        public void Dispose() => _writing.Dispose();
    }
}
