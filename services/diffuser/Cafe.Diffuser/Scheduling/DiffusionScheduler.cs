using System.Diagnostics;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Sessions;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Telemetry;

namespace Cafe.Diffuser.Scheduling;

/// <summary>
/// Step-level batching: before every UNet call all pictures that wait or run are ranked anew, and those that pay make a step
/// together. Requests join, leave, overtake and come back between steps. Submit and cancel from any thread; one thread
/// calls <see cref="RunOnce"/>.
/// </summary>
public sealed class DiffusionScheduler
{
    private readonly IDiffusionEngine _engine;
    private readonly ShapeTimes _times;
    private readonly AdmissionQueue<DrawingJob> _queue;
    private readonly ISchedulerObserver _observer;
    private readonly ModelHealth _health;
    private readonly TimeProvider _time;
    private readonly ActivitySource? _traces;
    private readonly int _maxActive;
    private readonly List<DrawingJob> _active = [];
    private readonly RowLimits _rowLimits;
    private volatile int _rowsInFlight;

    /// <summary>Creates an idle scheduler.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="times">Step times.</param>
    /// <param name="queue">Bounds and fairness of the queue.</param>
    /// <param name="maxActive">Most requests begun and not finished.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="health">Told what the model served and failed on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="traces">Spans of steps go here; null for none.</param>
    public DiffusionScheduler(
        IDiffusionEngine engine,
        ShapeTimes times,
        QueueOptions queue,
        int maxActive,
        ISchedulerObserver observer,
        ModelHealth health,
        TimeProvider time,
        ActivitySource? traces = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxActive, 1);
        _engine = engine;
        _rowLimits = new RowLimits(engine.MaxRows);
        _times = times;
        _queue = new AdmissionQueue<DrawingJob>(queue, time);
        _maxActive = maxActive;
        _observer = observer;
        _health = health;
        _time = time;
        _traces = traces;
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Requests begun and not finished.</summary>
    public int Active => _queue.Running;

    /// <summary>Rows of the UNet call that runs now.</summary>
    public int RowsInFlight => _rowsInFlight;

    /// <summary>Seconds that a request coming now would wait.</summary>
    public double PredictedWaitSeconds => _queue.PredictedWaitSeconds;

    /// <summary>Rejects where <see cref="Submit"/> would, before anything is done for a request.</summary>
    /// <exception cref="RejectedException">Full, or draining.</exception>
    public void ThrowIfFull(string tenant, WorkClass workClass) => Observed(() => _queue.ThrowIfFull(tenant, workClass));

    /// <summary>Takes a request, or rejects it at once.</summary>
    /// <exception cref="RejectedException">Full, or draining.</exception>
    public void Submit(DrawingJob job, string tenant, WorkClass workClass, DateTimeOffset? deadline) => Observed(() =>
        job.Item = _queue.Enqueue(job, tenant, workClass, job.RemainingSeconds(_times), deadline, rejection =>
        {
            _observer.Rejected(rejection.Reason);
            job.Events.Failed(rejection);
        }));

    /// <summary>Where a waiting request stands; null once it has begun.</summary>
    public WaitEstimate? Estimate(DrawingJob job) => job.Item is { } item ? _queue.Estimate(item) : null;

    /// <summary>The caller has gone, and its token says so: a waiting request leaves now, a running one before its next step.</summary>
    public void Withdraw(DrawingJob job)
    {
        if (job.Item is not { } item || !_queue.Remove(item))
        {
            return;
        }

        if (item.DeadlineTimestamp <= _time.GetTimestamp())
        {
            ExpireWaiting(job); // a call's token is cancelled at its deadline, too
            return;
        }

        _observer.Cancelled(0);
        job.Events.Failed(new OperationCanceledException(job.Cancellation));
    }

    /// <summary>Takes no more requests; completes when the last one is done.</summary>
    public Task DrainAsync() => _queue.DrainAsync();

    /// <summary>Completes when there is something to do.</summary>
    public ValueTask WaitForWorkAsync(CancellationToken cancellation) => _active.Count > 0 ? default : _queue.WaitForWorkAsync(cancellation);

    /// <summary>Ends every request: the process can't go on.</summary>
    public void FailAll(Exception error)
    {
        foreach (var (item, _) in _queue.Candidates(includeRunning: false))
        {
            if (_queue.Remove(item))
            {
                item.Work.Events.Failed(error);
            }
        }

        _active.ToList().ForEach(job => Fail(job, error));
    }

    /// <summary>One round: expired and cancelled requests leave, the best pictures make a step, finished ones are decoded.</summary>
    /// <returns>False where there was nothing to do.</returns>
    public bool RunOnce()
    {
        Sweep();
        var ordered = _queue.Candidates(includeRunning: true)
            .Select(candidate =>
            {
                candidate.Item.Work.Item = candidate.Item; // Submit may not have come to it yet
                return (candidate.Item.Work, candidate.Rank);
            })
            .ToList();
        if (StepPolicy.Choose(ordered, job => job.Started || _active.Count < _maxActive, _times, _rowLimits.Of) is not { } choice)
        {
            return false;
        }

        var pictures = choice.Pictures.Where(picture => Begin(picture.Job)).ToList();
        if (pictures.Count > 0)
        {
            Step(choice.Shape, pictures);
        }

        return true;
    }

    private void Sweep()
    {
        foreach (var late in _queue.RemoveExpired())
        {
            ExpireWaiting(late.Work);
        }

        foreach (var job in _active.ToList())
        {
            LetGo(job);
        }
    }

    private void ExpireWaiting(DrawingJob job)
    {
        _observer.Expired(begun: false);
        job.Events.Failed(new TimeoutException("The deadline passed while the request waited."));
    }

    /// <summary>Ends a request whose caller has gone, or whose deadline has passed, before anything more is computed for it.</summary>
    private bool LetGo(DrawingJob job)
    {
        if (job.Item!.DeadlineTimestamp <= _time.GetTimestamp()) // first: a call's token is cancelled at its deadline, too
        {
            _observer.Expired(begun: true);
            Fail(job, new TimeoutException("The deadline passed while the pictures were drawn."));
            return true;
        }

        if (job.Cancellation.IsCancellationRequested)
        {
            _observer.Cancelled(job.StepsAfterCancel);
            Fail(job, new OperationCanceledException(job.Cancellation));
            return true;
        }

        return false;
    }

    private bool Begin(DrawingJob job)
    {
        if (job.Started)
        {
            return true;
        }

        // Already failed in this round, over the bound (others of this round came first), or gone meanwhile.
        if (_active.Contains(job) || _active.Count >= _maxActive || !_queue.Take(job.Item!))
        {
            return false;
        }

        _active.Add(job);
        var waited = _time.GetElapsedTime(job.Item!.EnqueuedTimestamp);
        job.Timings = new DrawingTimings(waited.TotalSeconds, 0, 0, 0);
        var begun = _time.GetTimestamp();
        job.LastStep = begun;
        _observer.Waited(waited);
        job.Events.Started(waited);
        try
        {
            job.Begin(_engine);
            job.Timings = job.Timings with { DenoiseSeconds = _time.GetElapsedTime(begun).TotalSeconds };
            return true;
        }
        catch (Exception error)
        {
            FailInModel(job, error);
            return false;
        }
    }

    private void Step(Shape shape, List<(DrawingJob Job, int Picture)> pictures)
    {
        var jobs = pictures.Select(picture => picture.Job).Distinct().ToList();
        var drawings = pictures.ConvertAll(picture => picture.Job.DrawingOf(picture.Picture));
        var ownRows = drawings.ConvertAll(drawing => drawing.Terms.Count);
        var rows = ownRows.Sum();
        var failures = new Exception?[drawings.Count];
        var spans = CallSpans.Start(_traces, "diffuser.step", jobs.Select(job => job.Trace), rows);
        foreach (var job in jobs.Where(job => job.Cancellation.IsCancellationRequested))
        {
            job.StepsAfterCancel++;
        }

        var begun = _time.GetTimestamp();
        _rowsInFlight = rows;
        try
        {
            // A request alone in the call needn't even wait for its end.
            _engine.Step(drawings, failures, jobs.Count == 1 ? jobs[0].Cancellation : default);
        }
        catch (Exception error)
        {
            spans?.Fail(error);
            StepFailed(shape, rows, jobs, error);
            return;
        }
        finally
        {
            _rowsInFlight = 0;
            spans?.Dispose();
        }

        var elapsed = _time.GetElapsedTime(begun);
        Account(shape, jobs, [.. pictures.Zip(ownRows, (picture, own) => (picture.Job, own))], elapsed);
        for (var i = 0; i < pictures.Count; i++)
        {
            if (failures[i] is { } failure && _active.Contains(pictures[i].Job))
            {
                FailInModel(pictures[i].Job, failure);
            }
        }

        for (var i = 0; i < pictures.Count; i++)
        {
            if (_active.Contains(pictures[i].Job))
            {
                AfterStep(pictures[i].Job, pictures[i].Picture, drawings[i]);
            }
        }

        jobs.Where(_active.Contains).ToList().ForEach(Report);
    }

    private void StepFailed(Shape shape, int rows, List<DrawingJob> jobs, Exception error)
    {
        switch (error)
        {
            case OperationCanceledException when jobs.Count == 1 && jobs[0].Cancellation.IsCancellationRequested:
                break; // the next round's sweep lets it go
            case DeviceMemoryException when rows > 3:
                // What doesn't fit at once may fit in parts; for a while this shape's calls are smaller.
                _rowLimits.Failed(shape, rows);
                BatchFailed();
                break;
            case DeviceMemoryException:
            case var _ when jobs.Count == 1:
                FailInModel(jobs[0], error);
                break;
            default:
                // One of them may be at fault: each is tried by itself, so that the others go on.
                BatchFailed();
                jobs.ForEach(job => job.Alone = true);
                break;
        }

        void BatchFailed() => _observer.BatchFailed(error, [.. jobs.Select(job => job.RequestId)]);
    }

    private void Account(Shape shape, List<DrawingJob> jobs, List<(DrawingJob Job, int Rows)> pictures, TimeSpan elapsed)
    {
        var rows = pictures.Sum(picture => picture.Rows);
        var steps = _times.Steps(shape);
        var seconds = elapsed.TotalSeconds;
        var now = _time.GetTimestamp();
        var alone = 0.0;
        foreach (var job in jobs)
        {
            var own = pictures.Where(picture => picture.Job == job).Select(picture => picture.Rows).ToList();
            var work = own.Sum(count => steps[count]);
            alone += work;
            job.Timings = job.Timings with { DenoiseSeconds = job.Timings.DenoiseSeconds + seconds, UnetRows = job.Timings.UnetRows + own.Sum() };
            job.ObserveStretch(_time.GetElapsedTime(job.LastStep, now).TotalSeconds, work);
            job.LastStep = now;
            _queue.Charge(job.Item!, seconds * own.Sum() / rows);
        }

        steps.Observe(rows, seconds);
        _rowLimits.Succeeded(shape, rows);
        _queue.ObserveSpeed(alone, seconds);
        _observer.Stepped(shape, rows, elapsed);
    }

    private void AfterStep(DrawingJob job, int picture, Drawing drawing)
    {
        if (!drawing.Done)
        {
            if (job.PreviewEvery > 0 && drawing.Step % job.PreviewEvery == 0)
            {
                Preview(job, picture, drawing);
            }

            return;
        }

        if (LetGo(job))
        {
            return; // decoding may take as long as several steps, and others' pictures are decoded in between
        }

        var begun = _time.GetTimestamp();
        try
        {
            var pixels = _engine.Decode(drawing);
            _health.Served();
            var elapsed = _time.GetElapsedTime(begun);
            _times.ObserveDecode(job.Shape, elapsed.TotalSeconds);
            _queue.Charge(job.Item!, elapsed.TotalSeconds);
            _observer.Decoded(elapsed);
            job.Timings = job.Timings with { DecodeSeconds = job.Timings.DecodeSeconds + elapsed.TotalSeconds };
            job.Finish(picture);
            job.Events.Drawn(picture, pixels);
        }
        catch (Exception error)
        {
            FailInModel(job, error);
        }
    }

    private void Preview(DrawingJob job, int picture, Drawing drawing)
    {
        try
        {
            job.Events.Previewed(picture, drawing.Step, _engine.Denoised(drawing));
        }
        catch (Exception error)
        {
            FailInModel(job, error); // the latents may have to come from a device
        }
    }

    private void Report(DrawingJob job)
    {
        job.Item!.CostSeconds = job.RemainingSeconds(_times);
        job.Events.Progressed(new DrawingProgress(job.StepsDone, job.Steps, job.Item.CostSeconds * job.Stretch));
        if (job.Finished)
        {
            End(job);
            job.Events.Completed(job.Timings);
        }
    }

    private void FailInModel(DrawingJob job, Exception error)
    {
        _health.Failed(error);
        _observer.Failed(error, job.RequestId);
        Fail(job, error);
    }

    private void Fail(DrawingJob job, Exception error)
    {
        End(job);
        job.Events.Failed(error);
    }

    private void End(DrawingJob job)
    {
        _active.Remove(job);
        _queue.Complete(job.Item!);
        job.Release();
    }

    private void Observed(Action admit)
    {
        try
        {
            admit();
        }
        catch (RejectedException rejection)
        {
            _observer.Rejected(rejection.Reason);
            throw;
        }
    }
}
