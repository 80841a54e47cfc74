using System.Diagnostics.Metrics;
using Cafe.ServiceDefaults.Telemetry;

namespace Cafe.Embeddings.Redis;

/// <summary>What the cache exports.</summary>
public sealed class CacheMetrics
{
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _seconds;
    private Func<bool> _open = () => false;

    /// <summary>Creates the instruments.</summary>
    public CacheMetrics(CafeMetrics metrics)
    {
        _operations = metrics.Counter("cache_operations_total", "Operations on the embedding cache, by kind and outcome (found, missing, done, unavailable, late, refused, corrupt).");
        _seconds = metrics.Histogram("cache_operation_seconds", "Time of an operation that reached Redis.", CafeMetrics.StepSeconds);
        metrics.Gauge("cache_circuit_open", "1 while Redis is left alone because it failed, else 0.", () => _open() ? 1 : 0);
    }

    internal void Watch(Func<bool> open) => _open = open;

    internal void Count(string operation, string outcome) =>
        _operations.Add(1, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("outcome", outcome));

    internal void Took(string operation, TimeSpan time) =>
        _seconds.Record(time.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
}
