using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>
/// Exports this host's meter by prometheus-net. The registry is the host's own and only meters of the host's own factory are
/// heard, so that several hosts in one process don't mix. prometheus-net's own MeterAdapter isn't used: it exports counters as
/// gauges, and forgets series that rest for a day.
/// </summary>
internal sealed class MetricsExporter : IDisposable
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MeterListener _listener = new();
    private readonly MetricFactory _factory;

    public MetricsExporter(IMeterFactory factory)
    {
        _factory = Metrics.WithCustomRegistry(_registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == CafeMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument, new ExportedInstrument(instrument, _factory));
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((ExportedInstrument)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((ExportedInstrument)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((ExportedInstrument)state!).Take(value, tags));
        _registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
        _listener.Start();
        DotNetStats.Register(_registry);
    }

    public async Task Write(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        await _registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    public void Dispose() => _listener.Dispose();
}
