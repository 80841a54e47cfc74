using System.Diagnostics.Metrics;
using Cafe.Inference.Encoding;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;

namespace Cafe.Encoder.Telemetry;

/// <summary>What the encoder exports besides what every service does.</summary>
public sealed class EncoderMetrics
{
    private readonly CafeMetrics _metrics;
    private readonly Histogram<double> _rows;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _embeddings;

    /// <summary>Creates the instruments.</summary>
    public EncoderMetrics(CafeMetrics metrics)
    {
        _metrics = metrics;
        _rows = metrics.Histogram("batch_rows", "Pictures or texts in a model call, by tower.", CafeMetrics.BatchRows);
        _seconds = metrics.Histogram("step_seconds", "Time of a model call, by tower.", CafeMetrics.StepSeconds);
        _wait = metrics.Histogram("queue_wait_seconds", "Time that requests waited for the model.", CafeMetrics.RequestSeconds);
        _rejected = metrics.Counter("rejected_total", "Requests refused at once, by reason.");
        _cancelled = metrics.Counter("cancelled_total", "Requests that left the queue because nobody waited for them any more.");
        _embeddings = metrics.Counter("embeddings_total", "Embeddings handed out, by kind and how the cache served them.");
        _cancelled.Add(0);
        _rejected.Add(0, new KeyValuePair<string, object?>("reason", "QueueFull"));
    }

    internal void Watch(Func<int> waiting, Func<int> running, Func<double> wait)
    {
        _metrics.Gauge("queue_depth", "Requests that wait for the model.", () => waiting());
        _metrics.Gauge("rows_in_flight", "Requests in the model call that runs.", () => running());
        _metrics.Gauge("predicted_wait_seconds", "Seconds that a request coming now would wait.", wait);
    }

    internal void Batch(EncoderTower tower, int rows, double seconds)
    {
        var label = new KeyValuePair<string, object?>("tower", tower.ToString().ToLowerInvariant());
        _rows.Record(rows, label);
        _seconds.Record(seconds, label);
    }

    internal void Waited(double seconds) => _wait.Record(seconds);

    internal void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Cancelled() => _cancelled.Add(1);

    internal void Served(EmbeddingKind kind, CacheOutcome outcome) => _embeddings.Add(
        1,
        new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()),
        new KeyValuePair<string, object?>("cache", outcome.ToString().ToLowerInvariant()));
}
