using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>
/// An instrument's counterparts in prometheus-net: one for each set of label names that it is measured with, normally one. They
/// appear with the first measurement; counters that should be there from the start are counted up by 0 once.
/// </summary>
internal sealed class ExportedInstrument(Instrument instrument, MetricFactory factory)
{
    private readonly ConcurrentDictionary<string, Action<double, string[]>> _families = new();

    private string Name => $"{instrument.Meter.Name}_{instrument.Name}";

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (names, values) = (new string[tags.Length], new string[tags.Length]);
        for (var i = 0; i < tags.Length; i++)
        {
            names[i] = tags[i].Key;
            values[i] = tags[i].Value?.ToString() ?? "";
        }

        // In the order of their names, whatever the order at the place of the measurement.
        Array.Sort(names, values, StringComparer.Ordinal);
        var family = _families.GetOrAdd(string.Join(',', names), (_, labels) => Measure(labels), names);
        family(value, values);
    }

    private Action<double, string[]> Measure(string[] labels)
    {
        var help = instrument.Description ?? Name;
        switch (instrument)
        {
            case Counter<long> or Counter<int> or Counter<double>:
                var counter = factory.CreateCounter(Name, help, labels);
                return (value, values) => counter.WithLabels(values).Inc(value);
            case ObservableCounter<long> or ObservableCounter<double>:
                var total = factory.CreateCounter(Name, help, labels);
                return (value, values) => total.WithLabels(values).IncTo(value);
            case UpDownCounter<long> or UpDownCounter<int> or UpDownCounter<double>:
                var level = factory.CreateGauge(Name, help, labels);
                return (value, values) => level.WithLabels(values).Inc(value);
            case Gauge<long> or Gauge<double> or ObservableGauge<long> or ObservableGauge<int> or ObservableGauge<double>
                or ObservableUpDownCounter<long> or ObservableUpDownCounter<double>:
                var gauge = factory.CreateGauge(Name, help, labels);
                return (value, values) => gauge.WithLabels(values).Set(value);
            case Histogram<double> or Histogram<long>:
                var histogram = factory.CreateHistogram(Name, help, labels, new HistogramConfiguration { Buckets = Buckets() });
                return (value, values) => histogram.WithLabels(values).Observe(value);
            default:
                throw new NotSupportedException($"{Name}: instruments of {instrument.GetType()} aren't exported.");
        }
    }

    private double[] Buckets() => instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } buckets } ? [.. buckets] : [.. CafeMetrics.RequestSeconds];
}
