using System.Diagnostics.Metrics;
using Cafe.ServiceDefaults.Health;
using Grpc.Core;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>What every service exports about its calls.</summary>
internal sealed class RpcMetrics
{
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _running;

    public RpcMetrics(CafeMetrics metrics, Readiness readiness)
    {
        _duration = metrics.Histogram("rpc_duration_seconds", "Time from a call's arrival to its end, by method and status code.", CafeMetrics.RequestSeconds);
        _running = metrics.UpDown("rpc_running", "Calls that run now, by method.");
        metrics.Gauge("ready", "1 while the service can work, else 0.", () => readiness.Status.State == ReadinessState.Ready ? 1 : 0);
    }

    public void Started(string method) => _running.Add(1, new KeyValuePair<string, object?>("method", method));

    public void Ended(string method, StatusCode code, TimeSpan duration)
    {
        var label = new KeyValuePair<string, object?>("method", method);
        _running.Add(-1, label);
        _duration.Record(duration.TotalSeconds, label, new KeyValuePair<string, object?>("code", code.ToString()));
    }
}
