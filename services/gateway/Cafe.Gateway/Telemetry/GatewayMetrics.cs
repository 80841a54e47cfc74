using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cafe.Gateway.Stages;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;

namespace Cafe.Gateway.Telemetry;

/// <summary>What the gateway exports beside what every service exports.</summary>
public sealed class GatewayMetrics
{
    private static readonly Stage[] Stages = [Stage.Encoder, Stage.Assistant, Stage.Diffuser];
    private static readonly string[] RejectionReasons = ["invalid", "unauthenticated", "limit", "full", "waiting"];
    private readonly ConcurrentDictionary<Stage, Func<int>> _breakers = new();
    private readonly ConcurrentDictionary<Stage, Func<double>> _budgets = new();
    private readonly UpDownCounter<long> _inFlight;
    private readonly UpDownCounter<long> _waiting;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _hedges;
    private readonly Counter<long> _budgetEmpty;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _cache;
    private readonly Counter<long> _filtered;
    private readonly Counter<long> _idempotency;
    private readonly Counter<long> _storeFailures;
    private readonly Histogram<double> _generation;
    private readonly Histogram<double> _stage;

    /// <summary>Makes the instruments; series that alerts and autoscalers read exist from the start.</summary>
    public GatewayMetrics(CafeMetrics metrics)
    {
        _inFlight = metrics.UpDown("gateway_in_flight", "Generations held now.");
        _waiting = metrics.UpDown("gateway_waiting", "Calls that wait for a stage without a ready process, by stage.");
        _retries = metrics.Counter("gateway_retries_total", "Attempts beyond the first, by stage.");
        _hedges = metrics.Counter("gateway_hedges_total", "Second attempts started beside a slow first one, by stage.");
        _budgetEmpty = metrics.Counter("gateway_retry_budget_empty_total", "Retries not made because the budget was empty, by stage.");
        _rejected = metrics.Counter("gateway_rejected_total", "Requests refused, by reason.");
        _cancelled = metrics.Counter("gateway_cancelled_total", "Generations whose caller went away.");
        _cache = metrics.Counter("gateway_embedding_cache_total", "Embeddings by how the cache served them.");
        _filtered = metrics.Counter("gateway_filtered_total", "Texts and pictures withheld by moderation, by kind.");
        _idempotency = metrics.Counter("gateway_idempotency_total", "Requests with a key, by what was found.");
        _storeFailures = metrics.Counter("gateway_store_failures_total", "Operations of the conversation and idempotency store that failed.");
        _generation = metrics.Histogram("gateway_generation_seconds", "Time from acceptance to the end, by outcome.", CafeMetrics.RequestSeconds);
        _stage = metrics.Histogram("gateway_stage_seconds", "Time a generation spent in a stage, retries and waits included.", CafeMetrics.RequestSeconds);
        metrics.Meter.CreateObservableGauge(
            "gateway_breaker_state",
            () => _breakers.Select(breaker => new Measurement<double>(breaker.Value(), Tag(breaker.Key))),
            description: "The stage's breaker: 0 closed, 1 open, 2 half open, 3 isolated.");
        metrics.Meter.CreateObservableGauge(
            "gateway_retry_budget",
            () => _budgets.Select(budget => new Measurement<double>(budget.Value(), Tag(budget.Key))),
            description: "Retries that the stage's budget would grant now.");
        _inFlight.Add(0);
        foreach (var stage in Stages)
        {
            _waiting.Add(0, Tag(stage));
            _retries.Add(0, Tag(stage));
            _hedges.Add(0, Tag(stage));
            _budgetEmpty.Add(0, Tag(stage));
        }

        foreach (var reason in RejectionReasons)
        {
            Reject(reason, 0);
        }
    }

    /// <summary>A generation begins (+1) or ends (-1).</summary>
    public void InFlight(int change) => _inFlight.Add(change);

    /// <summary>A call begins (+1) or stops (-1) waiting for a process.</summary>
    public void Waiting(Stage stage, int change) => _waiting.Add(change, Tag(stage));

    /// <summary>One more attempt.</summary>
    public void Retry(Stage stage) => _retries.Add(1, Tag(stage));

    /// <summary>A second attempt beside the first.</summary>
    public void Hedge(Stage stage) => _hedges.Add(1, Tag(stage));

    /// <summary>A retry was not made.</summary>
    public void BudgetEmpty(Stage stage) => _budgetEmpty.Add(1, Tag(stage));

    /// <summary>
    /// A request was refused: <c>invalid</c>, <c>unauthenticated</c>, <c>limit</c> (its caller's), <c>full</c> (the gateway) or <c>waiting</c> (the room before a
    /// stage without a ready process is full).
    /// </summary>
    public void Rejected(string reason) => Reject(reason, 1);

    /// <summary>A caller went away.</summary>
    public void Cancelled() => _cancelled.Add(1);

    /// <summary>An embedding was had.</summary>
    public void Cache(CacheOutcome outcome) =>
        _cache.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString().ToLowerInvariant()));

    /// <summary>Moderation withheld something.</summary>
    public void Filtered(string kind) => _filtered.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>A request with a key: <c>new</c>, <c>attached</c> to work that is here, <c>replayed</c> from the store, or <c>degraded</c>.</summary>
    public void Idempotency(string found) => _idempotency.Add(1, new KeyValuePair<string, object?>("found", found));

    /// <summary>The store failed.</summary>
    public void StoreFailure() => _storeFailures.Add(1);

    /// <summary>A generation ended: <c>ok</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public void Generation(string outcome, TimeSpan duration) =>
        _generation.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A stage's share of a generation.</summary>
    public void StageTime(Stage stage, TimeSpan duration) => _stage.Record(duration.TotalSeconds, Tag(stage));

    /// <summary>A stage's breaker: 0 closed, 1 open, 2 half open, 3 isolated.</summary>
    public void ObserveBreaker(Stage stage, Func<int> read) => _breakers[stage] = read;

    /// <summary>Retries that a stage's budget would grant now.</summary>
    public void ObserveBudget(Stage stage, Func<double> read) => _budgets[stage] = read;

    private void Reject(string reason, long count) => _rejected.Add(count, new KeyValuePair<string, object?>("reason", reason));

    private static KeyValuePair<string, object?> Tag(Stage stage) => new("stage", stage.Name());
}
