using System.Diagnostics;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Calls;
using Cafe.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Polly;

namespace Cafe.Gateway.Stages;

/// <summary>
/// Calls one stage: attempts with their timeouts, retries from the shared budget, the breaker, and the waiting room where no
/// process is ready. What waited for one is tried again for nothing; a stage that says it is healthy is tried again once where a
/// process ended under it, and for the rest from the budget. All attempts end inside the caller's deadline; cancelled, expired and invalid
/// calls are never tried again.
/// </summary>
public sealed class StageCaller
{
    // A stage whose processes die one after the other is left after so many rounds.
    private const int MaxRounds = 10;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private readonly Health.HealthClient _health;
    private readonly StagePipelines _pipelines;
    private readonly ActivitySource _traces;
    private readonly TimeProvider _time;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger _logger;

    /// <summary>A caller of one stage.</summary>
    public StageCaller(Stage stage, CallInvoker invoker, StageOptions options, GatewayOptions gateway, GatewayMetrics metrics, ActivitySource traces, TimeProvider time, ILogger logger)
    {
        Stage = stage;
        Invoker = invoker;
        Options = options;
        _traces = traces;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _health = new Health.HealthClient(invoker);
        _pipelines = new StagePipelines(stage, options, gateway.RetryBudget, metrics, time, logger);
        WaitingRoom = new WaitingRoom(stage, gateway, ProbeAsync, metrics, time);
    }

    /// <summary>The stage.</summary>
    public Stage Stage { get; }

    /// <summary>Its channel.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>Its options.</summary>
    public StageOptions Options { get; }

    /// <summary>Where its calls wait for a process.</summary>
    public WaitingRoom WaitingRoom { get; }

    /// <summary>Makes a call without a stream. It must be idempotent: it may be made twice at once where hedging is on.</summary>
    public Task<T> UnaryAsync<T>(CallContext call, Func<CallOptions, AsyncUnaryCall<T>> attempt, CancellationToken cancellationToken)
        where T : class =>
        RunAsync(call, async token =>
        {
            using var started = attempt(CallOptions(call, token));
            return await started;
        }, _pipelines.Unary<T>(), cancellationToken);

    /// <summary>Makes a call with a stream; <paramref name="attempt"/> reads it to its end and carries its own state from attempt to attempt.</summary>
    public Task<T> StreamAsync<T>(CallContext call, Func<CallOptions, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
        where T : class =>
        RunAsync(call, token => attempt(CallOptions(call, token), token), _pipelines.Stream<T>(), cancellationToken);

    private async Task<T> RunAsync<T>(CallContext call, Func<CancellationToken, Task<T>> attempt, ResiliencePipeline<T> pipeline, CancellationToken cancellationToken)
        where T : class
    {
        _pipelines.CountCall();
        var again = false;
        for (var round = 0; ; round++)
        {
            try
            {
                return await ExecuteAsync(call, attempt, pipeline, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && round < MaxRounds && MayWait(failure))
            {
                Log.StageUnreachable(_logger, call.RequestId, Stage.Name(), failure.Message);
                if (!await WaitingRoom.WaitAsync(call, cancellationToken))
                {
                    // The stage was healthy all along: the failure is its answer, unless it was of a process that ends while others serve.
                    if (!StageFailures.IsOfAProcessThatEnds(failure) || (again && !_pipelines.TryTakeRetry()))
                    {
                        throw;
                    }

                    again = true;
                }

                call.CountRetry();
                _metrics.Retry(Stage);
                if (round > 0)
                {
                    // Healthy, yet the call fails: no busy loop.
                    await Task.Delay(TimeSpan.FromSeconds(Math.Min(Options.RetryBaseSeconds * (1 << round), Options.RetryMaxSeconds)), _time, cancellationToken);
                }
            }
        }
    }

    private async Task<T> ExecuteAsync<T>(CallContext call, Func<CancellationToken, Task<T>> attempt, ResiliencePipeline<T> pipeline, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(StagePipelines.Call, call);
        try
        {
            return await pipeline.ExecuteAsync(
                async (resilience, state) =>
                {
                    using var span = _traces.StartActivity($"call {Stage.Name()}", ActivityKind.Client);
                    try
                    {
                        return await state(resilience.CancellationToken);
                    }
                    catch (RpcException failure) when (failure is { StatusCode: StatusCode.Unavailable, Status.DebugException: not null } && _time.GetUtcNow() >= call.Deadline)
                    {
                        // The deadline passed here, and the reader found its stream gone before the status was set: no fault of the stage.
                        throw new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, "The deadline passed."));
                    }
                    catch (RpcException) when (resilience.CancellationToken.IsCancellationRequested)
                    {
                        // Ended from here, by the caller or because the attempt took too long: the pipeline knows which, and it is no word of the stage.
                        throw new OperationCanceledException(resilience.CancellationToken);
                    }
                },
                context,
                attempt);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // What has used up its retries asks the prober too: it tells a dying pool from a fault of a healthy one.
    private static bool MayWait(Exception failure) =>
        failure is StageStreamBrokenException or RpcException { StatusCode: StatusCode.Unavailable } || StageFailures.IsOfAProcessThatEnds(failure);

    private static CallOptions CallOptions(CallContext call, CancellationToken cancellationToken) =>
        new(RequestIds.Outgoing(call.RequestId), call.Deadline.UtcDateTime, cancellationToken);

    private async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _health.CheckAsync(
                new HealthCheckRequest(), deadline: DateTime.UtcNow + ProbeTimeout, cancellationToken: cancellationToken);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode == StatusCode.Unimplemented;
        }
    }
}
