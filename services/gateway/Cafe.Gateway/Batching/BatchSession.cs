using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using Cafe.Gateway.Access;
using Cafe.Gateway.Facade;
using Cafe.Gateway.Generations;
using Cafe.Gateway.Runs;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Gateway.Batching;

/// <summary>
/// One batch. An item is read only when the window has room, and its room is free again only when its last answer has been
/// taken by the caller: so at most a window of results is ever held, and a caller who reads slowly slows itself. A gateway that
/// goes down reads no further, answers the items that have begun, and ends the stream with UNAVAILABLE: items without an answer
/// are the caller's to send to another one.
/// </summary>
internal sealed class BatchSession : IDisposable
{
    private const int MaxIdLength = 128;
    private readonly GenerationService _generations;
    private readonly BatchReader _requests;
    private readonly IServerStreamWriter<GenerateBatchResponse> _responses;
    private readonly Caller _caller;
    private readonly string _requestId;
    private readonly DateTimeOffset _deadline;
    private readonly int _size;
    private readonly bool _progress;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _window;
    private readonly SemaphoreSlim _writing = new(1);
    // Hashes instead of the ids themselves: 16 bytes an item, however many there are.
    private readonly HashSet<UInt128> _seen = [];
    private Exception? _failure;
    // What has begun ends in peace; only then does the stream end with this.
    private volatile NotReadyException? _closing;

    public BatchSession(
        GenerationService generations,
        BatchReader requests,
        IServerStreamWriter<GenerateBatchResponse> responses,
        Caller caller,
        string requestId,
        DateTimeOffset deadline,
        int window,
        bool progress,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        (_generations, _requests, _responses, _caller, _requestId, _deadline) = (generations, requests, responses, caller, requestId, deadline);
        (_size, _progress, _time) = (window, progress, time);
        _window = new SemaphoreSlim(window);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Reads to the stream's end; <paramref name="pending"/>: a message has been read already.</summary>
    public async Task RunAsync(bool pending)
    {
        try
        {
            for (var number = 1; pending; number++)
            {
                var item = _requests.Current.MessageCase == GenerateBatchRequest.MessageOneofCase.Item
                    ? _requests.Current.Item
                    : throw new InvalidRequestException("options", "come first on the stream, once; every other message is an item");
                await _requests.UnlessClosingAsync(_window.WaitAsync, _stop.Token);
                _ = RunItemAsync(item, number);
                pending = await _requests.MoveNextAsync(_stop.Token);
            }
        }
        catch (NotReadyException closing)
        {
            _closing = closing;
        }
        catch (Exception failure)
        {
            Fail(failure);
        }

        // The window is whole again when every item has ended.
        for (var i = 0; i < _size; i++)
        {
            await _window.WaitAsync(CancellationToken.None);
        }

        if ((_failure ?? _closing) is { } end)
        {
            ExceptionDispatchInfo.Throw(end);
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _window.Dispose();
        _writing.Dispose();
    }

    private async Task RunItemAsync(BatchItem item, int number)
    {
        try
        {
            await Task.Yield(); // reading goes on meanwhile
            await AnswerAsync(item, $"{_requestId}.{number}");
        }
        catch (Exception failure)
        {
            Fail(failure); // the stream itself is gone
        }
        finally
        {
            _window.Release();
        }
    }

    private async Task AnswerAsync(BatchItem item, string requestId)
    {
        try
        {
            CheckId(item);
            var deadline = Deadline(item);
            var request = item.Request ?? throw new InvalidRequestException("request", "is required");
            if (request.Priority == Priority.Unspecified)
            {
                request.Priority = Priority.Batch;
            }

            await GenerateAsync(item.Id, request, requestId, deadline);
        }
        catch (Exception failure) when (failure is not BatchWriteException && !_stop.IsCancellationRequested)
        {
            var error = ErrorMapper.ToItemError(Failures.ToStatus(failure, requestId));
            if (error.RetryDelay is not null)
            {
                Forget(item);
            }

            await WriteAsync(new GenerateBatchResponse { Id = item.Id, Error = error });
        }
    }

    private async Task GenerateAsync(string id, GenerateRequest request, string requestId, DateTimeOffset deadline)
    {
        // Work with a key outlives a caller's deadline; its item does not.
        using var expiry = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var timer = _time.CreateTimer(_ => expiry.Cancel(), null, Until(deadline), Timeout.InfiniteTimeSpan);
        try
        {
            using var handle = await StartAsync(request, requestId, deadline, expiry.Token);
            if (handle is null)
            {
                return;
            }

            await foreach (var what in handle.Run.ReadAsync(expiry.Token))
            {
                if (_progress || what.EventCase is GenerateResponse.EventOneofCase.Image or GenerateResponse.EventOneofCase.Summary)
                {
                    await WriteAsync(new GenerateBatchResponse { Id = id, Event = what });
                }
            }
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            throw new DeadlineExpiredException("The item's time was over.");
        }
    }

    private TimeSpan Until(DateTimeOffset deadline)
    {
        var left = deadline - _time.GetUtcNow();
        // What is farther off than a timer can be is the stream's end, and the stream watches that itself.
        return left.TotalDays > 40 ? Timeout.InfiniteTimeSpan : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // A batch waits for room instead of failing: its window is what bounds it. Null where the gateway goes down before there is.
    private async Task<RunHandle?> StartAsync(GenerateRequest request, string requestId, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return _generations.Start(request, _caller, requestId, deadline);
            }
            catch (OverloadedException full) when (full.RetryDelay is { } delay && _time.GetUtcNow() + delay < deadline)
            {
                var pause = delay < TimeSpan.FromMinutes(1) ? delay : TimeSpan.FromMinutes(1);
                try
                {
                    await _requests.UnlessClosingAsync(token => Task.Delay(pause, _time, token), cancellationToken);
                }
                catch (NotReadyException closing)
                {
                    _closing = closing;
                    return null;
                }
            }
        }
    }

    private DateTimeOffset Deadline(BatchItem item)
    {
        if (item.Timeout is null)
        {
            return _deadline;
        }

        var seconds = item.Timeout.Seconds + (item.Timeout.Nanos * 1e-9);
        if (seconds <= 0)
        {
            throw new InvalidRequestException("timeout", $"must be above 0 s, not {seconds} s");
        }

        var now = _time.GetUtcNow();
        return seconds < (_deadline - now).TotalSeconds ? now.AddSeconds(seconds) : _deadline;
    }

    private void CheckId(BatchItem item)
    {
        if (item.Id.Length is 0 or > MaxIdLength)
        {
            throw new InvalidRequestException("id", $"must have 1 to {MaxIdLength} characters, not {item.Id.Length}");
        }

        bool added;
        lock (_seen)
        {
            added = _seen.Add(HashOf(item));
        }

        if (!added)
        {
            throw new InvalidRequestException("id", "was used before in this stream");
        }
    }

    private void Forget(BatchItem item)
    {
        lock (_seen)
        {
            _seen.Remove(HashOf(item));
        }
    }

    private static UInt128 HashOf(BatchItem item) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(item.Id)));

    private async Task WriteAsync(GenerateBatchResponse response)
    {
        await _writing.WaitAsync(_stop.Token);
        try
        {
            await _responses.WriteAsync(response, _stop.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new BatchWriteException(failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _stop.Cancel();
    }

    private sealed class BatchWriteException(Exception inner) : Exception("The caller can't be written to.", inner);
}
