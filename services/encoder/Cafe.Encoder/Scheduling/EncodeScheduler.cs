using System.Collections.Concurrent;
using System.Diagnostics;
using Cafe.Encoder.Model;
using Cafe.Encoder.Telemetry;
using Cafe.Inference.Encoding;
using Cafe.Inference.Sessions;
using Cafe.Packs.Tokenizers;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Cafe.Encoder.Scheduling;

/// <summary>
/// Request batching: when the model frees, what waits for the same tower goes together; when nothing runs, a request goes at
/// once. It never waits for company: that would cost every lone request what only a crowd gains, and a crowd queues anyway.
/// </summary>
public sealed class EncodeScheduler : BackgroundService
{
    private readonly EncoderState _state;
    private readonly EncoderSettings _settings;
    private readonly EncoderMetrics _metrics;
    private readonly CafeTracing _tracing;
    private readonly TimeProvider _time;
    private readonly ILogger<EncodeScheduler> _logger;
    private readonly ModelHealth _health;
    private readonly AdmissionQueue<EncodeWork> _queue;
    private readonly ConcurrentDictionary<EncoderTower, StepTimes> _times = new();

    /// <summary>Creates an idle scheduler; it starts with the host.</summary>
    public EncodeScheduler(
        EncoderState state, IOptions<EncoderSettings> settings, EncoderMetrics metrics, CafeTracing tracing, Readiness readiness, TimeProvider time, ILogger<EncodeScheduler> logger)
    {
        _health = new ModelHealth(reason => readiness.Broken(reason, restartHelps: true));
        _state = state;
        _settings = settings.Value;
        _metrics = metrics;
        _tracing = tracing;
        _time = time;
        _logger = logger;
        _queue = new AdmissionQueue<EncodeWork>(new QueueOptions { Capacity = _settings.QueueCapacity }, time);
        metrics.Watch(() => _queue.Waiting, () => _queue.Running, () => _queue.PredictedWaitSeconds);
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Requests in the model call that runs.</summary>
    public int Running => _queue.Running;

    /// <summary>When a refused caller should come again.</summary>
    public TimeSpan RetryDelay => TimeSpan.FromSeconds(Math.Clamp(_queue.PredictedWaitSeconds / 2, 0.25, 30));

    /// <summary>Predicted seconds of a call with one row.</summary>
    public double SecondsOfOne(EncoderTower tower) => _times.TryGetValue(tower, out var times) ? times[1] : 0.1;

    /// <summary>Refuses where <see cref="Encode(EncoderTower, IPixelRow, string, SharedUrgency, string, CancellationToken)"/> would, before anything is done for a request; passing is no promise.</summary>
    /// <exception cref="OverloadedException">The queue is full.</exception>
    internal void ThrowIfFull(string tenant, WorkClass workClass)
    {
        try
        {
            _queue.ThrowIfFull(tenant, workClass);
        }
        catch (RejectedException e)
        {
            throw Refused(e);
        }
    }

    /// <summary>Encodes a picture.</summary>
    /// <exception cref="OverloadedException">The queue is full.</exception>
    internal Task<EncodeOutput> Encode(EncoderTower tower, IPixelRow picture, string tenant, SharedUrgency urgency, string requestId, CancellationToken cancellation) =>
        Run(new EncodeWork(tower, [picture], [], requestId), tenant, urgency, cancellation);

    /// <summary>Encodes texts, in one model call.</summary>
    /// <exception cref="OverloadedException">The queue is full.</exception>
    internal Task<EncodeOutput> Encode(IReadOnlyList<ClipTokens> texts, string tenant, WorkClass workClass, string requestId, CancellationToken cancellation) =>
        Run(new EncodeWork(EncoderTower.Text, [], texts, requestId), tenant, new SharedUrgency(workClass), cancellation);

    internal void Measured(EncoderTower tower, IReadOnlyDictionary<int, double> seconds) => _times[tower] = new StepTimes(seconds);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var part = await _state.Loaded.WaitAsync(stoppingToken);
            while (true)
            {
                await _queue.WaitForWorkAsync(stoppingToken);
                var batch = EncodeBatch.Take(_queue, _settings.MaxBatch);
                if (batch.Count > 0)
                {
                    await Task.Run(() => RunBatch(part.Model, batch), CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The drain has let everyone finish who could; whoever is left is told.
            while (_queue.TryTake(out var left))
            {
                left.Work.Done.TrySetException(new NotReadyException("Shutting down.", TimeSpan.FromSeconds(1)));
                _queue.Complete(left);
            }
        }
    }

    private async Task<EncodeOutput> Run(EncodeWork work, string tenant, SharedUrgency urgency, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        WorkItem<EncodeWork> item;
        try
        {
            item = _queue.Enqueue(
                work, tenant, urgency.Class, SecondsOf(work.Tower, work.Rows), deadline: null, displaced: reason => work.Done.TrySetException(Refused(reason)));
            urgency.Watch(workClass => _queue.Raise(item, workClass));
        }
        catch (RejectedException e)
        {
            throw Refused(e);
        }

        // Cancelled while it waits, it leaves the queue at once; in a running call it just isn't waited for.
        await using var registration = cancellation.UnsafeRegister(
            _ =>
            {
                if (_queue.Remove(item))
                {
                    _metrics.Cancelled();
                }

                work.Done.TrySetCanceled(cancellation);
            },
            null);
        return await work.Done.Task;
    }

    private Exception Refused(RejectedException rejection)
    {
        _metrics.Rejected(rejection.Reason.ToString());
        return rejection.Reason == RejectionReason.Draining
            ? new NotReadyException(rejection.Message, rejection.RetryAfter)
            : new OverloadedException(rejection.Message, rejection.RetryAfter);
    }

    private void RunBatch(IEncoderModel model, List<WorkItem<EncodeWork>> batch)
    {
        try
        {
            var failure = TryRun(model, batch);
            if (failure is not null && batch.Count > 1)
            {
                // A failure of many must not be everyone's: too much for the device together may fit alone.
                Log.BatchFailed(_logger, batch[0].Work.Tower, batch.Count, failure.Message, string.Join(' ', batch.Select(item => item.Work.RequestId)));
                foreach (var item in batch)
                {
                    Fail(item, TryRun(model, [item]));
                }
            }
            else
            {
                Fail(batch[0], failure);
            }
        }
        finally
        {
            batch.ForEach(_queue.Complete);
        }
    }

    private Exception? TryRun(IEncoderModel model, List<WorkItem<EncodeWork>> batch)
    {
        var tower = batch[0].Work.Tower;
        var rows = batch.Sum(item => item.Work.Rows);
        var started = _time.GetTimestamp();
        float[][] results;
        try
        {
            using var activity = StartBatch(batch, rows);
            results = tower == EncoderTower.Text
                ? model.EncodeTexts([.. batch.SelectMany(item => item.Work.Texts)])
                : model.EncodePictures(tower, [.. batch.SelectMany(item => item.Work.Pictures)]);
        }
        catch (Exception e)
        {
            return e;
        }

        _health.Served();
        var seconds = _time.GetElapsedTime(started).TotalSeconds;
        _metrics.Batch(tower, rows, seconds);
        if (_times.TryGetValue(tower, out var times))
        {
            times.Observe(rows, seconds);
        }

        _queue.ObserveSpeed(batch.Sum(item => item.CostSeconds), seconds);
        var next = 0;
        foreach (var item in batch)
        {
            var queued = _time.GetElapsedTime(item.EnqueuedTimestamp, started).TotalSeconds;
            _queue.Charge(item, seconds * item.Work.Rows / rows);
            _metrics.Waited(queued);
            item.Work.Done.TrySetResult(new EncodeOutput(results[next..(next + item.Work.Rows)], queued, seconds));
            next += item.Work.Rows;
        }

        return null;
    }

    /// <summary>A batch belongs to its first request's trace and is linked to the others'.</summary>
    private Activity? StartBatch(List<WorkItem<EncodeWork>> batch, int rows)
    {
        if (!_tracing.Source.HasListeners())
        {
            return null;
        }

        var traces = batch.Select(item => item.Work.Trace).OfType<ActivityContext>().ToList();
        var activity = _tracing.Source.StartActivity(
            "encode batch", ActivityKind.Internal, traces.FirstOrDefault(), links: traces.Skip(1).Select(trace => new ActivityLink(trace)));
        activity?.SetTag("cafe.tower", batch[0].Work.Tower.ToString());
        activity?.SetTag("cafe.rows", rows);
        return activity;
    }

    private void Fail(WorkItem<EncodeWork> item, Exception? failure)
    {
        if (failure is null)
        {
            return;
        }

        _health.Failed(failure);
        item.Work.Done.TrySetException(DeviceMemoryException.Matches(failure)
            ? new OutOfMemoryOnDeviceException($"The {item.Work.Tower} encoder ran out of device memory for this request.", failure)
            : new ModelFailureException($"The {item.Work.Tower} encoder failed on this request.", failure));
    }

    private double SecondsOf(EncoderTower tower, int rows) => _times.TryGetValue(tower, out var times) ? times[rows] : 0.1 * rows;
}
