using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Cafe.Encoder.Model;
using Cafe.Encoder.Pictures;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Health;
using Cafe.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Cafe.Encoder.Facade;

/// <summary>
/// A stream of pictures through a window: an item is read when one of the window's places is free, and a place is free when
/// its answer has been sent. A slow reader therefore slows the reading of items, and nothing is buffered beyond the window.
/// A bad item fails alone; an overloaded scheduler is waited for, since the caller can be slowed here.
/// </summary>
internal sealed class StreamEncoder(
    EncoderState state, PictureEncoder pictures, Readiness readiness, IOptions<EncoderSettings> settings, TimeProvider time, ILogger<StreamEncoder> logger)
{
    public async Task Run(IAsyncStreamReader<EncodeStreamRequest> items, IServerStreamWriter<EncodeStreamResponse> answers, ServerCallContext context)
    {
        var window = settings.Value.StreamWindow;
        using var places = new SemaphoreSlim(window);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var outgoing = Channel.CreateBounded<EncodeStreamResponse>(new BoundedChannelOptions(window) { SingleReader = true });
        var writing = Write(outgoing.Reader, answers, places, ending);
        var running = new HashSet<Task>();
        var drained = false;
        try
        {
            drained = await Read(items, outgoing.Writer, places, running, context, ending.Token);
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            outgoing.Writer.Complete();
            await writing;
        }

        if (drained)
        {
            throw new NotReadyException("Shutting down: items without an answer were not encoded.", TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Reads until the caller is done (false) or the host drains (true).</summary>
    private async Task<bool> Read(
        IAsyncStreamReader<EncodeStreamRequest> items, ChannelWriter<EncodeStreamResponse> outgoing, SemaphoreSlim places, HashSet<Task> running, ServerCallContext context, CancellationToken ending)
    {
        var seen = new HashSet<UInt128>();
        while (true)
        {
            await places.WaitAsync(ending);
            var next = items.MoveNext(ending);
            if (!await Arrives(next))
            {
                return true;
            }

            if (!await next)
            {
                return false;
            }

            running.RemoveWhere(task => task.IsCompleted);
            running.Add(Answer(items.Current, seen, outgoing, context, ending));
        }
    }

    /// <summary>Whether the read completes before the host drains.</summary>
    private async Task<bool> Arrives(Task next)
    {
        while (!next.IsCompleted)
        {
            var (status, changed) = readiness.Observe();
            if (status.State == ReadinessState.Draining)
            {
                return false;
            }

            await Task.WhenAny(next, changed);
        }

        return true;
    }

    private async Task Answer(
        EncodeStreamRequest item, HashSet<UInt128> seen, ChannelWriter<EncodeStreamResponse> outgoing, ServerCallContext context, CancellationToken ending)
    {
        var answer = new EncodeStreamResponse { Id = item.Id.Length <= EncodeRules.MaxIdLength ? item.Id : item.Id[..EncodeRules.MaxIdLength] };
        try
        {
            CheckId(item.Id, seen);
            var job = EncodeRules.Check(item.Request ?? throw new InvalidRequestException("request", "is required"), context.RequestId());
            answer.Response = await EncodePatiently(job, ending);
        }
        catch (Exception e) when (!ending.IsCancellationRequested)
        {
            answer.Error = ToError(e, context.RequestId());
        }

        await outgoing.WriteAsync(answer, ending);
    }

    private async Task<EncodeResponse> EncodePatiently(PictureJob job, CancellationToken ending)
    {
        while (true)
        {
            try
            {
                return await EncoderFacade.Encode(pictures, state.Part, job, ending);
            }
            catch (OverloadedException e)
            {
                await Task.Delay(e.RetryDelay!.Value, time, ending);
            }
        }
    }

    private static async Task Write(
        ChannelReader<EncodeStreamResponse> outgoing, IServerStreamWriter<EncodeStreamResponse> answers, SemaphoreSlim places, CancellationTokenSource ending)
    {
        try
        {
            await foreach (var answer in outgoing.ReadAllAsync(ending.Token))
            {
                await answers.WriteAsync(answer, ending.Token);
                places.Release();
            }
        }
        catch
        {
            await ending.CancelAsync(); // nobody reads any more: stop the work
            throw;
        }
    }

    private static void CheckId(string id, HashSet<UInt128> seen)
    {
        if (id.Length is 0 or > EncodeRules.MaxIdLength)
        {
            throw new InvalidRequestException("id", $"takes 1 to {EncodeRules.MaxIdLength} characters, got {id.Length}");
        }

        // 16 bytes an item, so that a stream of a million stays small.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        if (!seen.Add(BitConverter.ToUInt128(digest)))
        {
            throw new InvalidRequestException("id", $"'{id}' was used before in this stream");
        }
    }

    private ItemError ToError(Exception exception, string requestId)
    {
        var status = ErrorMapper.ToStatus(exception, requestId);
        if (status.Code == (int)Grpc.Core.StatusCode.Internal)
        {
            Log.ItemFaulted(logger, exception, requestId);
        }

        return ErrorMapper.ToItemError(status);
    }
}
