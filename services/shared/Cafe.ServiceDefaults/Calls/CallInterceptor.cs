using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cafe.ServiceDefaults.Calls;

/// <summary>
/// Around every call of the service's own API: the request id, the trace, the metrics, the readiness gate, and the only
/// place where exceptions become gRPC status.
/// </summary>
internal sealed class CallInterceptor(
    Readiness readiness,
    ActiveCalls calls,
    RpcMetrics metrics,
    CafeTracing tracing,
    TimeProvider time,
    ILogger<CallInterceptor> logger) : Interceptor
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await Run(context, async () => response = await continuation(request, context));
        return response!;
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await Run(context, async () => response = await continuation(requestStream, context));
        return response!;
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Run(context, () => continuation(request, responseStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Run(context, () => continuation(requestStream, responseStream, context));

    private async Task Run(ServerCallContext context, Func<Task> call)
    {
        if (context.Method.StartsWith("/grpc.", StringComparison.Ordinal))
        {
            await call(); // health and reflection answer always, and hold no drain up
            return;
        }

        var http = context.GetHttpContext();
        var id = RequestIds.Accept(context.RequestHeaders.GetValue(RequestIds.Header));
        RequestIds.Set(context, id);
        http.Response.Headers[RequestIds.Header] = id;
        using var scope = logger.BeginScope(new RequestScope(id));
        using var activity = tracing.StartServer(context, id);
        var started = time.GetTimestamp();
        var code = StatusCode.Unknown;
        metrics.Started(context.Method);
        try
        {
            Enter(http);
            await call();
            code = context.Status.StatusCode;
        }
        catch (Exception exception)
        {
            var error = Translate(exception, context, id);
            code = error.StatusCode;
            throw error;
        }
        finally
        {
            metrics.Ended(context.Method, code, time.GetElapsedTime(started));
            CafeTracing.End(activity, code);
        }
    }

    private void Enter(HttpContext http)
    {
        var status = readiness.Status;
        if (status.State is ReadinessState.Starting or ReadinessState.Broken)
        {
            // A broken pack's details are the operator's; the log and the health check have them.
            throw new NotReadyException(status.State == ReadinessState.Starting ? $"Not ready: {status.Reason}." : "This process can't work; see its log.", RetryDelay);
        }

        // While draining, calls are taken until the drain has been announced long enough; then the door is shut.
        if (!calls.TryEnter(http))
        {
            throw new NotReadyException("Shutting down.", RetryDelay);
        }

        // The call has ended when its answer is out, not when it is computed: a drain must not close the connection before.
        http.Response.OnCompleted(() =>
        {
            calls.Leave(http);
            return Task.CompletedTask;
        });
    }

    private RpcException Translate(Exception exception, ServerCallContext context, string id)
    {
        if (exception is RpcException already)
        {
            Log.CallFailed(logger, context.Method, already.StatusCode, id, already.Status.Detail);
            return already;
        }

        var cancelled = context.CancellationToken.IsCancellationRequested;
        var expired = cancelled && time.GetUtcNow().UtcDateTime >= context.Deadline;
        var status = ErrorMapper.ToStatus(exception, id, cancelled, expired);
        var code = (StatusCode)status.Code;
        if (code == StatusCode.Internal)
        {
            Log.CallFaulted(logger, exception.InnerException is not null && exception is CafeException ? exception.InnerException : exception, context.Method, id);
        }
        else
        {
            Log.CallFailed(logger, context.Method, code, id, status.Message);
        }

        return status.ToRpcException();
    }
}
