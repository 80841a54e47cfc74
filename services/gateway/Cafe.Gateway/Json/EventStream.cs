using System.Text;
using Cafe.Gateway.Access;
using Cafe.Gateway.Facade;
using Cafe.Gateway.Generations;
using Cafe.Gateway.Runs;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cafe.Gateway.Json;

/// <summary>
/// Generate as server-sent events: <c>POST /v1/generate/events</c> with the same JSON body. Each event's name is the event's
/// field (accepted, text, image, ...), its data the event as JSON; a failure after the first event comes as <c>error</c> with
/// google.rpc.Status.
/// </summary>
internal sealed class EventStream(CallRunner runner, GenerationService generations, CallerResolver callers, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>The endpoint.</summary>
    public const string Path = "/v1/generate/events";

    /// <summary>The RPC: the same in another framing, as transcoding is one.</summary>
    public static readonly string Method = $"/{GatewayService.Descriptor.FullName}/{nameof(GatewayService.GatewayServiceClient.Generate)}";

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    public async Task ServeAsync(HttpContext context)
    {
        try
        {
            await runner.RunAsync(context, Method, DateTime.MaxValue, context.RequestAborted, async requestId =>
            {
                var caller = await callers.ResolveAsync(context);
                var request = await ReadAsync(context);
                using var handle = generations.Start(request, caller, requestId, DateTimeOffset.MaxValue);
                await StreamAsync(context, handle);
                return StatusCode.OK;
            });
        }
        catch (RpcException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (RpcException failure) when (!context.Response.HasStarted)
        {
            await JsonErrors.WriteAsync(context, Failures.ToStatus(failure));
        }
        catch (RpcException failure)
        {
            await WriteAsync(context, "error", JsonErrors.Format(Failures.ToStatus(failure)));
        }
    }

    private async Task<GenerateRequest> ReadAsync(HttpContext context)
    {
        await using var body = await JsonBody.ReadAsync(context, metrics);
        try
        {
            return Parser.Parse<GenerateRequest>(Encoding.UTF8.GetString(JsonBody.BytesOf(body)));
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or InvalidJsonException or FormatException)
        {
            metrics.Rejected("invalid");
            throw new InvalidRequestException("body", failure.Message, failure);
        }
    }

    private async Task StreamAsync(HttpContext context, RunHandle handle)
    {
        var cancellation = context.RequestAborted;
        await using var events = handle.Run.ReadAsync(cancellation).GetAsyncEnumerator(cancellation);
        // What fails before the first event gets a status of its own.
        var next = events.MoveNextAsync().AsTask();
        var more = await next;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        while (more)
        {
            await WriteAsync(context, Name(events.Current), Formatter.Format(Inner(events.Current)));
            next = events.MoveNextAsync().AsTask();
            while (await Task.WhenAny(next, Task.Delay(KeepAlive, time, cancellation)) != next)
            {
                cancellation.ThrowIfCancellationRequested();
                await context.Response.WriteAsync(": waiting\n\n", cancellation);
                await context.Response.Body.FlushAsync(cancellation);
            }

            more = await next;
        }
    }

    private static async Task WriteAsync(HttpContext context, string name, string data)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Name(GenerateResponse what) =>
        GenerateResponse.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(what)!.Name;

    private static IMessage Inner(GenerateResponse what) =>
        (IMessage)GenerateResponse.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(what)!.Accessor.GetValue(what);
}
