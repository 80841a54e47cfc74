using System.Collections.Concurrent;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.V1;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;
using Polly.Timeout;

namespace Cafe.Gateway.Stages;

/// <summary>
/// The Polly pipelines of one stage, outermost first: retry, breaker, and for calls without a stream hedging and the attempt's
/// timeout. Breaker and budget are the stage's; what differs by result type is only Polly's typing.
/// </summary>
public sealed class StagePipelines
{
    /// <summary>The call that a pipeline runs for.</summary>
    public static readonly ResiliencePropertyKey<CallContext> Call = new("cafe.call");

    private readonly ConcurrentDictionary<(Type Result, bool Unary), object> _pipelines = new();
    private readonly Stage _stage;
    private readonly StageOptions _options;
    private readonly RetryBudgetOptions _budgetOptions;
    private readonly TokenBucket _budget;
    private readonly TokenBucket _refusals;
    private readonly ResiliencePipeline _breaker;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Pipelines of one stage.</summary>
    public StagePipelines(Stage stage, StageOptions options, RetryBudgetOptions budget, GatewayMetrics metrics, TimeProvider time, ILogger logger)
    {
        _stage = stage;
        _options = options;
        _budgetOptions = budget;
        _budget = new TokenBucket(budget.Burst, budget.PerSecond, time);
        _refusals = new TokenBucket(budget.Burst, budget.PerSecond, time);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _breaker = Breaker();
        metrics.ObserveBudget(stage, () => _budget.Tokens);
    }

    /// <summary>A call begins: it earns its share of a retry.</summary>
    public void CountCall()
    {
        _budget.Give(_budgetOptions.PerCall);
        _refusals.Give(_budgetOptions.PerCall);
    }

    /// <summary>Takes one retry from the budget; false where it is empty.</summary>
    public bool TryTakeRetry()
    {
        if (_budget.TryTake(out _))
        {
            return true;
        }

        _metrics.BudgetEmpty(_stage);
        return false;
    }

    /// <summary>For calls without a stream.</summary>
    public ResiliencePipeline<T> Unary<T>()
        where T : class => Get<T>(unary: true);

    /// <summary>For calls with a stream: how long it may be silent is watched where it is read.</summary>
    public ResiliencePipeline<T> Stream<T>()
        where T : class => Get<T>(unary: false);

    private ResiliencePipeline<T> Get<T>(bool unary)
        where T : class =>
        (ResiliencePipeline<T>)_pipelines.GetOrAdd((typeof(T), unary), _ => Build<T>(unary));

    private ResiliencePipeline<T> Build<T>(bool unary)
        where T : class
    {
        var builder = new ResiliencePipelineBuilder<T> { TimeProvider = _time };
        if (_options.MaxRetries > 0)
        {
            builder.AddRetry(Retry<T>());
        }

        builder.AddPipeline(_breaker);
        if (unary && _options.HedgeAfterSeconds > 0)
        {
            builder.AddHedging(new HedgingStrategyOptions<T>
            {
                Delay = TimeSpan.FromSeconds(_options.HedgeAfterSeconds),
                MaxHedgedAttempts = 1,
                // Failures are the retry's; the hedge is for slowness alone.
                ShouldHandle = _ => PredicateResult.False(),
                OnHedging = arguments =>
                {
                    _metrics.Hedge(_stage);
                    return default;
                },
            });
        }

        if (unary)
        {
            builder.AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(_options.AttemptTimeoutSeconds) });
        }

        return builder.Build();
    }

    private RetryStrategyOptions<T> Retry<T>()
        where T : class => new()
        {
            MaxRetryAttempts = _options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromSeconds(_options.RetryBaseSeconds),
            MaxDelay = TimeSpan.FromSeconds(_options.RetryMaxSeconds),
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } failure && !arguments.Context.CancellationToken.IsCancellationRequested && MayRetry(failure, arguments.AttemptNumber, arguments.Context)),
            DelayGenerator = arguments => ValueTask.FromResult(
                StageFailures.DelayOf(arguments.Outcome.Exception!) is { } delay ? delay * (1 + (Random.Shared.NextDouble() * 0.25)) : (TimeSpan?)null),
            OnRetry = arguments =>
            {
                var call = arguments.Context.Properties.GetValue(Call, null!);
                call.CountRetry();
                _metrics.Retry(_stage);
                Log.StageRetried(_logger, call.RequestId, _stage.Name(), arguments.AttemptNumber + 1, arguments.RetryDelay.TotalSeconds, arguments.Outcome.Exception!.Message);
                return default;
            },
        };

    private bool MayRetry(Exception failure, int attempt, ResilienceContext context)
    {
        // An open breaker refuses new calls at once; those that the failures interrupted wait for it.
        if (StageFailures.KindOf(failure) is not (StageFailureKind.Transient or StageFailureKind.Busy) || (failure is BrokenCircuitException && attempt == 0))
        {
            return false;
        }

        var isWorthWaiting = !StageFailures.IsFull(failure) || IsSeldomFull();
        var call = context.Properties.GetValue(Call, null!);
        var delay = StageFailures.DelayOf(failure) ?? TimeSpan.Zero;
        if (!isWorthWaiting || delay.TotalSeconds > _options.RetryMaxSeconds || _time.GetUtcNow() + delay >= call.Deadline)
        {
            return false;
        }

        return StageFailures.IsNotReady(failure) || TryTakeRetry();
    }

    // A stage that is full for a moment is waited for. One that has more callers than it can serve is not: every refusal would come after a wait in vain. Refusals count
    // whether they are tried again or not, as in gRPC's retry throttling (proposal A6).
    private bool IsSeldomFull() => _refusals.TryTake(out _) && _refusals.Tokens >= _budgetOptions.Burst / 2;

    private ResiliencePipeline Breaker()
    {
        var state = new CircuitBreakerStateProvider();
        _metrics.ObserveBreaker(_stage, () => (int)state.CircuitState);
        return new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = _options.BreakerFailureRatio,
                MinimumThroughput = _options.BreakerMinimumCalls,
                SamplingDuration = TimeSpan.FromSeconds(_options.BreakerSamplingSeconds),
                BreakDuration = TimeSpan.FromSeconds(_options.BreakerOpenSeconds),
                StateProvider = state,
                ShouldHandle = arguments => ValueTask.FromResult(
                    !arguments.Context.CancellationToken.IsCancellationRequested && arguments.Outcome.Exception is { } failure && StageFailures.CountsAgainstStage(failure)),
                OnOpened = _ =>
                {
                    Log.BreakerOpened(_logger, _stage.Name());
                    return default;
                },
            })
            .Build();
    }
}
