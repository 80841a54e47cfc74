using System.Diagnostics.Metrics;
using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Telemetry;

namespace Cafe.Diffuser.Telemetry;

/// <summary>What the diffuser exports besides what every service does.</summary>
public sealed class DiffuserMetrics : ISchedulerObserver
{
    private readonly CafeMetrics _metrics;
    private readonly ILogger<DiffuserMetrics> _logger;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _step;
    private readonly Histogram<double> _rows;
    private readonly Histogram<double> _decode;
    private readonly Counter<long> _pictures;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _stepsAfterCancel;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _failed;

    /// <summary>Creates the instruments.</summary>
    public DiffuserMetrics(CafeMetrics metrics, ILogger<DiffuserMetrics> logger)
    {
        (_metrics, _logger) = (metrics, logger);
        _wait = metrics.Histogram("queue_wait_seconds", "Time that requests waited before their work began.", CafeMetrics.RequestSeconds);
        _step = metrics.Histogram("step_seconds", "Time of one UNet call.", CafeMetrics.StepSeconds);
        _rows = metrics.Histogram("batch_rows", "Rows (pictures times guidance branches) that shared a UNet call.", CafeMetrics.BatchRows);
        _decode = metrics.Histogram("decode_seconds", "Time of decoding one picture.", CafeMetrics.StepSeconds);
        _pictures = metrics.Counter("pictures_total", "Pictures drawn to the end.");
        _rejected = metrics.Counter("rejected_total", "Requests not taken, by reason.");
        _cancelled = metrics.Counter("cancelled_total", "Requests whose caller went away.");
        _stepsAfterCancel = metrics.Counter("steps_after_cancel_total", "UNet calls that a request still took part in after its caller had gone.");
        _expired = metrics.Counter("expired_total", "Requests whose deadline passed, by where: queue or work.");
        _failed = metrics.Counter("failed_total", "Requests that the model failed on.");
        foreach (var reason in Enum.GetValues<RejectionReason>())
        {
            _rejected.Add(0, Reason(reason));
        }

        _pictures.Add(0);
        _cancelled.Add(0);
        _stepsAfterCancel.Add(0);
        _expired.Add(0, Where(begun: false));
        _expired.Add(0, Where(begun: true));
        _failed.Add(0);
    }

    /// <inheritdoc/>
    public void Waited(TimeSpan wait) => _wait.Record(wait.TotalSeconds);

    /// <inheritdoc/>
    public void Stepped(Shape shape, int rows, TimeSpan elapsed)
    {
        _step.Record(elapsed.TotalSeconds);
        _rows.Record(rows);
    }

    /// <inheritdoc/>
    public void Decoded(TimeSpan elapsed)
    {
        _decode.Record(elapsed.TotalSeconds);
        _pictures.Add(1);
    }

    /// <inheritdoc/>
    public void Rejected(RejectionReason reason) => _rejected.Add(1, Reason(reason));

    /// <inheritdoc/>
    public void Cancelled(int stepsAfter)
    {
        _cancelled.Add(1);
        _stepsAfterCancel.Add(stepsAfter);
    }

    /// <inheritdoc/>
    public void Expired(bool begun) => _expired.Add(1, Where(begun));

    /// <inheritdoc/>
    public void Failed(Exception error, string requestId)
    {
        _failed.Add(1);
        Log.RequestFailed(_logger, error, requestId);
    }

    /// <inheritdoc/>
    public void BatchFailed(Exception error, IReadOnlyList<string> requestIds) => Log.BatchFailed(_logger, error.Message, string.Join(' ', requestIds));

    /// <summary>Reads the scheduler and the engine when scraped.</summary>
    internal void Watch(DiffusionScheduler scheduler, Func<EngineCounters> counters)
    {
        _metrics.Gauge("queue_depth", "Requests that wait.", () => scheduler.Waiting);
        _metrics.Gauge("predicted_wait_seconds", "Predicted wait of a request coming now.", () => scheduler.PredictedWaitSeconds);
        _metrics.Gauge("rows_in_flight", "Rows of the UNet call that runs now.", () => scheduler.RowsInFlight);
        _metrics.Gauge("requests_active", "Requests begun and not finished.", () => scheduler.Active);
        _metrics.Gauge("conditions_live", "Requests whose keys and values are held.", () => counters().LiveConditions);
        _metrics.Gauge("condition_copied_bytes", "Bytes of keys and values copied into rows of the batch since the start.", () => counters().ConditionBytesCopied);
    }

    private static KeyValuePair<string, object?> Where(bool begun) => new("where", begun ? "work" : "queue");

    private static KeyValuePair<string, object?> Reason(RejectionReason reason) => new("reason", reason.ToString());
}
