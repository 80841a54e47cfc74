using System.Diagnostics.Metrics;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>
/// The host's meter. Instruments made here are exported on the metrics port as <c>cafe_</c> + their name; name them as
/// Prometheus does (snake case, unit last, <c>_total</c> for counters) and give histograms their buckets.
/// </summary>
public sealed class CafeMetrics(IMeterFactory factory)
{
    /// <summary>The meter's name, and so the prefix of every metric.</summary>
    public const string MeterName = "cafe";

    /// <summary>Buckets for waits and whole requests, in seconds: 5 ms to 10 min.</summary>
    public static readonly IReadOnlyList<double> RequestSeconds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600];

    /// <summary>Buckets for one step, token or batch, in seconds: 1 ms to 30 s.</summary>
    public static readonly IReadOnlyList<double> StepSeconds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Buckets for rows in a batch: 1 to 64.</summary>
    public static readonly IReadOnlyList<double> BatchRows = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    /// <summary>The meter, scoped to this host.</summary>
    public Meter Meter { get; } = factory.Create(MeterName);

    /// <summary>A counter; its name ends in <c>_total</c>.</summary>
    public Counter<long> Counter(string name, string description)
    {
        if (!name.EndsWith("_total", StringComparison.Ordinal))
        {
            throw new ArgumentException($"A counter's name ends in _total, not {name}.", nameof(name));
        }

        return Meter.CreateCounter<long>(name, description: description);
    }

    /// <summary>A histogram with its buckets, ascending.</summary>
    public Histogram<double> Histogram(string name, string description, IReadOnlyList<double> buckets) =>
        Meter.CreateHistogram(name, description: description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    /// <summary>A value that goes up and down, kept by its changes.</summary>
    public UpDownCounter<long> UpDown(string name, string description) => Meter.CreateUpDownCounter<long>(name, description: description);

    /// <summary>A value read when scraped.</summary>
    public void Gauge(string name, string description, Func<double> read) =>
        Meter.CreateObservableGauge(name, read, description: description);
}
