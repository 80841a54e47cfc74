using System.Diagnostics.Metrics;
using Cafe.Assistant.Replies;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cafe.Assistant;

/// <summary>What the assistant exports, besides what every service does.</summary>
public sealed class AssistantMetrics
{
    private readonly CafeMetrics _metrics;
    private readonly ILogger<AssistantMetrics> _logger;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _step;
    private readonly Histogram<double> _batch;
    private readonly Histogram<double> _prefill;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _replies;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _stepsAfterCancel;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _failed;

    /// <summary>Creates the instruments.</summary>
    public AssistantMetrics(CafeMetrics metrics, ILogger<AssistantMetrics> logger)
    {
        (_metrics, _logger) = (metrics, logger);
        _wait = metrics.Histogram("queue_wait_seconds", "Time that requests waited before their work began.", CafeMetrics.RequestSeconds);
        _step = metrics.Histogram("token_seconds", "Time of one call that gives every running reply a token.", CafeMetrics.StepSeconds);
        _batch = metrics.Histogram("batch_rows", "Replies that shared a call.", CafeMetrics.BatchRows);
        _prefill = metrics.Histogram("prefill_seconds", "Time of one chunk of a prompt.", CafeMetrics.StepSeconds);
        _tokens = metrics.Counter("tokens_total", "Tokens computed, by kind: prompt or reply.");
        _replies = metrics.Counter("replies_total", "Replies completed, by why they ended.");
        _rejected = metrics.Counter("rejected_total", "Requests not taken, by reason.");
        _cancelled = metrics.Counter("cancelled_total", "Requests whose caller went away.");
        _stepsAfterCancel = metrics.Counter("steps_after_cancel_total", "Calls that a reply still took part in after its caller had gone.");
        _expired = metrics.Counter("expired_total", "Requests whose deadline passed, by where: queue or work.");
        _failed = metrics.Counter("failed_total", "Requests that the model failed on.");
        foreach (var reason in Enum.GetValues<RejectionReason>())
        {
            _rejected.Add(0, Reason(reason));
        }

        foreach (var finish in Enum.GetValues<ReplyFinish>())
        {
            _replies.Add(0, Finish(finish));
        }

        _tokens.Add(0, Kind("prompt"));
        _tokens.Add(0, Kind("reply"));
        _cancelled.Add(0);
        _stepsAfterCancel.Add(0);
        _expired.Add(0, Where(begun: false));
        _expired.Add(0, Where(begun: true));
        _failed.Add(0);
    }

    /// <summary>Reads the scheduler when scraped.</summary>
    public void Observe(Func<int> waiting, Func<double> predictedWait, Func<int> running)
    {
        _metrics.Gauge("queue_depth", "Requests that wait.", () => waiting());
        _metrics.Gauge("predicted_wait_seconds", "Predicted wait of a request coming now.", predictedWait);
        _metrics.Gauge("rows_in_flight", "Replies in the key/value cache.", () => running());
    }

    /// <summary>Reads the model's cache when scraped.</summary>
    internal void ObserveCache(Func<int> rows) => _metrics.Gauge("kv_rows", "Rows of the key/value cache that are taken.", () => rows());

    internal void Waited(TimeSpan wait) => _wait.Record(wait.TotalSeconds);

    internal void Stepped(int rows, double seconds)
    {
        _step.Record(seconds);
        _batch.Record(rows);
        _tokens.Add(rows, Kind("reply"));
    }

    internal void Prefilled(int tokens, double seconds)
    {
        _prefill.Record(seconds);
        _tokens.Add(tokens, Kind("prompt"));
    }

    internal void Replied(ReplyFinish finish, int tokens, string requestId)
    {
        _replies.Add(1, Finish(finish));
        Log.Replied(_logger, finish, tokens, requestId);
    }

    internal void Rejected(RejectionReason reason) => _rejected.Add(1, Reason(reason));

    internal void Cancelled(long stepsAfter)
    {
        _cancelled.Add(1);
        _stepsAfterCancel.Add(stepsAfter);
    }

    internal void Expired(bool begun) => _expired.Add(1, Where(begun));

    internal void Failed(Exception exception, string requestId)
    {
        _failed.Add(1);
        Log.RequestFailed(_logger, exception.InnerException ?? exception, requestId);
    }

    internal void StepFailed(Exception exception, IReadOnlyList<string> requestIds) => Log.StepFailed(_logger, exception, string.Join(' ', requestIds));

    private static KeyValuePair<string, object?> Reason(RejectionReason reason) => new("reason", reason.ToString());

    private static KeyValuePair<string, object?> Finish(ReplyFinish finish) => new("finish", finish.ToString());

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);

    private static KeyValuePair<string, object?> Where(bool begun) => new("where", begun ? "work" : "queue");
}
