using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Telemetry;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cafe.ServiceDefaults.Calls;

/// <summary>
/// What is around every call of the service's own API, however it is framed: the request id, the trace, the metrics, the
/// readiness gate, the drain, and the only place where exceptions become gRPC status.
/// </summary>
public sealed class CallRunner
{
    private readonly Readiness _readiness;
    private readonly ActiveCalls _calls;
    private readonly RpcMetrics _metrics;
    private readonly CafeTracing _tracing;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal CallRunner(Readiness readiness, ActiveCalls calls, RpcMetrics metrics, CafeTracing tracing, TimeProvider time, ILogger<CallRunner> logger) =>
        (_readiness, _calls, _metrics, _tracing, _time, _logger) = (readiness, calls, metrics, tracing, time, logger);

    /// <summary>Runs one call to its end.</summary>
    /// <param name="http">The request that brought it; its answer's headers get the request id.</param>
    /// <param name="method">The full name of the RPC, <c>/package.Service/Method</c>: what metrics, traces and logs call it.</param>
    /// <param name="deadline">When it must be done, UTC; <see cref="DateTime.MaxValue"/> for never.</param>
    /// <param name="cancelled">Set when the caller is gone or the deadline has passed.</param>
    /// <param name="call">The work, told the request id; answers with the status it ended with.</param>
    /// <exception cref="RpcException">
    /// The call failed or wasn't let in (UNAVAILABLE with RetryInfo); carries google.rpc.Status as the caller may see it.
    /// </exception>
    public async Task RunAsync(HttpContext http, string method, DateTime deadline, CancellationToken cancelled, Func<string, Task<StatusCode>> call)
    {
        var id = RequestIds.Accept(http.Request.Headers[RequestIds.Header]);
        http.Response.Headers[RequestIds.Header] = id;
        RequestIds.Current = id;
        using var scope = _logger.BeginScope(new RequestScope(id));
        using var activity = _tracing.StartServer(http, method, id);
        var started = _time.GetTimestamp();
        var code = StatusCode.Unknown;
        _metrics.Started(method);
        try
        {
            Enter(http);
            code = await call(id);
        }
        catch (Exception exception)
        {
            var error = Translate(exception, method, id, cancelled.IsCancellationRequested, deadline);
            code = error.StatusCode;
            throw error;
        }
        finally
        {
            _metrics.Ended(method, code, _time.GetElapsedTime(started));
            CafeTracing.End(activity, code);
        }
    }

    private void Enter(HttpContext http)
    {
        var status = _readiness.Status;
        if (status.State is ReadinessState.Starting or ReadinessState.Broken)
        {
            // A broken pack's details are the operator's; the log and the health check have them.
            throw new NotReadyException(
                status.State == ReadinessState.Starting ? $"Not ready: {status.Reason}." : "This process can't work; see its log.", NotReadyException.ShortDelay);
        }

        // While draining, calls are taken until the drain has been announced long enough; then the door is shut.
        if (!_calls.TryEnter(http))
        {
            throw NotReadyException.ShuttingDown();
        }

        // The call has ended when its answer is out, not when it is computed: a drain must not close the connection before.
        http.Response.OnCompleted(() =>
        {
            _calls.Leave(http);
            return Task.CompletedTask;
        });
    }

    private RpcException Translate(Exception exception, string method, string id, bool cancelled, DateTime deadline)
    {
        if (exception is RpcException already)
        {
            Log.CallFailed(_logger, method, already.StatusCode, id, already.Status.Detail);
            return already;
        }

        var expired = cancelled && _time.GetUtcNow().UtcDateTime >= deadline;
        var status = ErrorMapper.ToStatus(exception, id, cancelled, expired);
        var code = (StatusCode)status.Code;
        if (code == StatusCode.Internal)
        {
            Log.CallFaulted(_logger, exception.InnerException is not null && exception is CafeException ? exception.InnerException : exception, method, id);
        }
        else
        {
            Log.CallFailed(_logger, method, code, id, status.Message);
        }

        return status.ToRpcException();
    }
}
