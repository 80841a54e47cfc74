using System.Diagnostics;
using Cafe.Assistant.Replies;
using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Telemetry;

namespace Cafe.Assistant.Scheduling;

/// <summary>
/// Continuous batching. Each iteration: late and cancelled requests leave, waiting ones join while the cache has room, the prompt that goes first is computed by one chunk, and every reply
/// gets one token in a call they share. A reply's text does not depend on who else is there.
/// </summary>
public sealed class ReplyScheduler
{
    private readonly IReplyModel _model;
    private readonly ReplyDecoding _decoding;
    private readonly AdmissionQueue<ReplyJob> _queue;
    private readonly ReplyCosts _costs;
    private readonly AssistantMetrics _metrics;
    private readonly ModelHealth _health;
    private readonly TimeProvider _time;
    private readonly ActivitySource? _traces;
    private readonly List<ReplyRow> _rows = [];
    private long _steps;

    /// <summary>A scheduler without work.</summary>
    /// <param name="model">Its to use alone.</param>
    /// <param name="imagePosition">Where [IMG] goes.</param>
    /// <param name="queue">Bounds and fairness of the queue.</param>
    /// <param name="costs">What work is expected to take.</param>
    /// <param name="metrics">Told what happens.</param>
    /// <param name="health">Told what the model served and failed on.</param>
    /// <param name="time">Deadlines and durations.</param>
    /// <param name="traces">Spans of waits, prompts and tokens go here; null for none.</param>
    public ReplyScheduler(
        IReplyModel model,
        ImageTokenPosition imagePosition,
        QueueOptions queue,
        ReplyCosts costs,
        AssistantMetrics metrics,
        ModelHealth health,
        TimeProvider time,
        ActivitySource? traces = null)
    {
        (_model, _decoding, _costs, _metrics, _health, _time, _traces) = (model, new ReplyDecoding(model, imagePosition), costs, metrics, health, time, traces);
        _queue = new AdmissionQueue<ReplyJob>(queue, time);
        metrics.Observe(() => _queue.Waiting, () => _queue.PredictedWaitSeconds, () => _queue.Running);
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Requests in the cache.</summary>
    public int Running => _queue.Running;

    /// <summary>Calls of one token over all replies, since the start.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Seconds that a request coming now would wait.</summary>
    public double PredictedWaitSeconds => _queue.PredictedWaitSeconds;

    /// <summary>Rejects where <see cref="Submit"/> would, before anything is done for a request.</summary>
    /// <exception cref="RejectedException">Full, or draining.</exception>
    public void ThrowIfFull(string tenant, WorkClass workClass) =>
        Counted(() => _queue.ThrowIfFull(tenant, workClass));

    /// <summary>Queues a request. Its events are read from the job; cancellation takes effect within one token.</summary>
    /// <param name="request">Checked.</param>
    /// <param name="text">The reply, empty.</param>
    /// <param name="tenant">Whom to be fair between; may be empty.</param>
    /// <param name="workClass">Queue class.</param>
    /// <param name="deadline">When the caller gives up; null for never.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <exception cref="RejectedException">The queue is full, or the process drains.</exception>
    public ReplyJob Submit(ReplyRequest request, ReplyText text, string tenant, WorkClass workClass, DateTimeOffset? deadline, CancellationToken cancellation)
    {
        var job = new ReplyJob(request, text, cancellation);
        Counted(() => job.Item = _queue.Enqueue(job, tenant, workClass, _costs.Expected(request, text.MaxTokens), deadline, rejection =>
        {
            _metrics.Rejected(rejection.Reason);
            job.End(rejection);
        }));
        job.OnCancel(() => Cancel(job));
        return job;
    }

    /// <summary>Where a waiting job stands; null once it runs or is gone.</summary>
    public WaitEstimate? Estimate(ReplyJob job) => _queue.Estimate(job.Item);

    /// <summary>Works until stopped; whatever is there then fails as unavailable.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                if (_rows.Count == 0)
                {
                    await _queue.WaitForWorkAsync(stopping).ConfigureAwait(false);
                }

                stopping.ThrowIfCancellationRequested();
                Iterate();
            }
        }
        finally
        {
            FailAll();
        }
    }

    /// <summary>One iteration, for whoever drives the scheduler by hand.</summary>
    public void Iterate()
    {
        Expire();
        Admit();
        DropFinishedCallers();
        PrefillOne();
        StepAll();
    }

    /// <summary>Takes no more work; completes when what waits and runs is done.</summary>
    public Task DrainAsync() => _queue.DrainAsync();

    private void Cancel(ReplyJob job)
    {
        job.CancelledAtStep = Steps;
        if (!_queue.Remove(job.Item))
        {
            return;
        }

        TraceWait(job.Item);
        if (job.Item.DeadlineTimestamp <= _time.GetTimestamp())
        {
            ExpireWaiting(job); // a call's token is cancelled at its deadline, too
            return;
        }

        _metrics.Cancelled(0);
        job.End(new OperationCanceledException(job.Cancellation));
    }

    private void Expire()
    {
        foreach (var late in _queue.RemoveExpired())
        {
            TraceWait(late);
            ExpireWaiting(late.Work);
        }
    }

    private void ExpireWaiting(ReplyJob job)
    {
        _metrics.Expired(begun: false);
        job.End(new DeadlineExpiredException("The deadline passed while the request waited for the assistant."));
    }

    private void Admit()
    {
        while (_rows.Count < _model.MaxRows && _queue.TryTake(out var item))
        {
            var job = item.Work;
            TraceWait(item);
            if (item.DeadlineTimestamp <= _time.GetTimestamp()) // first: a call's token is cancelled at its deadline, too
            {
                ExpireWaiting(job);
                Refund(item);
                _queue.Complete(item);
                continue;
            }

            if (job.Cancellation.IsCancellationRequested)
            {
                _metrics.Cancelled(0);
                Refund(item);
                Leave(item, new OperationCanceledException(job.Cancellation));
                continue;
            }

            var started = _time.GetTimestamp();
            _metrics.Waited(_time.GetElapsedTime(item.EnqueuedTimestamp, started));
            if (!_model.TryAdmit(out var slot))
            {
                throw new InvalidOperationException($"The cache has no room for row {_rows.Count + 1} of {_model.MaxRows}.");
            }

            try
            {
                _rows.Add(new ReplyRow(item, slot, _model.Embed(job.Request), job.Request.PromptTokens, started));
            }
            catch (Exception exception)
            {
                _model.Release(slot);
                Refund(item);
                Leave(item, FailedInModel(exception));
            }
        }
    }

    /// <summary>What was taken and used nothing is not paid for.</summary>
    private void Refund(WorkItem<ReplyJob> item) => _queue.Charge(item, -item.CostSeconds);

    /// <summary>Callers that went away, or whose deadline passed, give their place to others before anything more is computed.</summary>
    private void DropFinishedCallers()
    {
        var now = _time.GetTimestamp();
        for (var i = _rows.Count - 1; i >= 0; i--)
        {
            var row = _rows[i];
            if (row.Item.DeadlineTimestamp <= now) // first: a call's token is cancelled at its deadline, too
            {
                _metrics.Expired(begun: true);
                Remove(row, new DeadlineExpiredException($"The deadline passed after {row.Job.Text.Count} tokens of the reply."));
            }
            else if (row.Job.Cancellation.IsCancellationRequested)
            {
                _metrics.Cancelled(row.Job.CancelledAtStep < 0 ? 0 : Steps - row.Job.CancelledAtStep);
                Remove(row, new OperationCanceledException(row.Job.Cancellation));
            }
        }
    }

    private void PrefillOne()
    {
        // One at a time, in the queue's order: a batch prompt, or one of a tenant beyond its share, holds nobody's first token up.
        var first = _queue.First(_rows.Where(candidate => candidate.IsPrefilling).Select(candidate => candidate.Item));
        if (first is null)
        {
            return;
        }

        var row = _rows.Single(candidate => candidate.Item == first);
        var started = _time.GetTimestamp();
        var tokens = Math.Min(_model.PrefillChunk, row.PromptTokens - row.Prefilled);
        using var span = CallSpans.Start(_traces, "assistant.prefill", [row.Job.Trace], tokens);
        ReplyFinish? finish = null;
        try
        {
            var output = _model.Prefill(row.Slot, row.Prompt.AsSpan(row.Prefilled * _model.HiddenSize, tokens * _model.HiddenSize));
            row.Advance(tokens, _time.GetTimestamp());
            if (!row.IsPrefilling)
            {
                finish = _decoding.Begin(row, output);
            }
        }
        catch (Exception exception)
        {
            span?.Fail(exception);
            Remove(row, FailedInModel(exception));
            return;
        }

        var elapsed = _time.GetElapsedTime(started).TotalSeconds;
        _metrics.Prefilled(tokens, elapsed);
        Account(row, _costs.ObservePrefill(tokens, elapsed), elapsed);
        if (finish is { } ended)
        {
            Finish(row, ended);
        }
    }

    private void StepAll()
    {
        var rows = _rows.FindAll(row => !row.IsPrefilling);
        if (rows.Count == 0)
        {
            return;
        }

        var started = _time.GetTimestamp();
        var outputs = new DecoderOutput[rows.Count];
        try
        {
            Step(rows, outputs);
        }
        catch (Exception exception) when (rows.Count > 1)
        {
            // The call moved no sequence on, so it can be made again: alone, whoever is at fault fails alone.
            _metrics.StepFailed(exception, [.. rows.Select(row => row.Job.Request.RequestId)]);
            rows.ForEach(StepAlone);
            Interlocked.Increment(ref _steps);
            return;
        }
        catch (Exception exception)
        {
            Remove(rows[0], FailedInModel(exception));
            return;
        }

        Interlocked.Increment(ref _steps);
        var elapsed = _time.GetElapsedTime(started).TotalSeconds;
        _metrics.Stepped(rows.Count, elapsed);
        var work = _costs.ObserveStep(rows.Count, elapsed);
        for (var i = 0; i < rows.Count; i++)
        {
            Account(rows[i], work, elapsed / rows.Count);
            Continue(rows[i], outputs[i]);
        }
    }

    private void StepAlone(ReplyRow row)
    {
        var outputs = new DecoderOutput[1];
        try
        {
            Step([row], outputs);
        }
        catch (Exception exception)
        {
            Remove(row, FailedInModel(exception));
            return;
        }

        Continue(row, outputs[0]);
    }

    private void Step(List<ReplyRow> rows, DecoderOutput[] outputs)
    {
        using var spans = CallSpans.Start(_traces, "assistant.step", rows.Select(row => row.Job.Trace), rows.Count);
        try
        {
            _model.Step([.. rows.Select(row => new StepInput(row.Slot, row.Next))], outputs);
        }
        catch (Exception exception)
        {
            spans?.Fail(exception);
            throw;
        }
    }

    private void Continue(ReplyRow row, DecoderOutput output)
    {
        try
        {
            if (_decoding.Continue(row, output) is { } finish)
            {
                Finish(row, finish);
            }
        }
        catch (Exception exception)
        {
            Remove(row, FailedInModel(exception));
        }
    }

    private void Finish(ReplyRow row, ReplyFinish finish)
    {
        _health.Served();
        var text = row.Job.Text;
        _costs.ObserveReply(row.Job.Request, text.Count);
        _metrics.Replied(finish, text.Count - row.Job.Request.ForcedPrefix.Count, row.Job.Request.RequestId);
        row.Job.Tell(new FinishedEvent(finish, text.Count, row.Times(_time.GetTimestamp())));
        Remove(row, null);
    }

    private void Account(ReplyRow row, double workSeconds, double elapsedSeconds)
    {
        row.Item.CostSeconds = _costs.Remaining(row);
        _queue.ObserveSpeed(workSeconds, elapsedSeconds);
        _queue.Charge(row.Item, row.Use(elapsedSeconds));
    }

    private void Remove(ReplyRow row, Exception? exception)
    {
        _rows.Remove(row);
        _model.Release(row.Slot);
        _queue.Charge(row.Item, -row.UnusedSeconds);
        Leave(row.Item, exception);
    }

    private void Leave(WorkItem<ReplyJob> item, Exception? exception)
    {
        if (exception is not null and not OperationCanceledException and not DeadlineExpiredException)
        {
            _metrics.Failed(exception, item.Work.Request.RequestId);
        }

        item.Work.End(exception);
        _queue.Complete(item);
    }

    /// <summary>The model failed on one request; answers what its caller is told.</summary>
    private Exception FailedInModel(Exception exception)
    {
        _health.Failed(exception);
        return ModelErrors.ToCaller(exception);
    }

    private void Counted(Action admit)
    {
        try
        {
            admit();
        }
        catch (RejectedException rejection)
        {
            _metrics.Rejected(rejection.Reason);
            throw;
        }
    }

    private void FailAll()
    {
        _ = _queue.DrainAsync(); // nobody would serve what comes from now on
        var gone = new NotReadyException("The assistant is going down.", TimeSpan.FromSeconds(1));
        foreach (var (item, _) in _queue.Candidates(includeRunning: true))
        {
            // Whatever ended the loop may have left a job between the queue and the rows: all that the queue knows of end here, before
            // the model, which may be what failed, is touched again.
            item.Work.End(gone);
            _queue.Remove(item);
            _queue.Complete(item);
        }

        _rows.ForEach(row => _model.Release(row.Slot));
        _rows.Clear();
    }

    /// <summary>A request waits no more, for whatever reason: its wait is a span of its trace.</summary>
    private void TraceWait(WorkItem<ReplyJob> item)
    {
        if (_traces?.HasListeners() == true)
        {
            var began = _time.GetUtcNow() - _time.GetElapsedTime(item.EnqueuedTimestamp);
            _traces.StartActivity("assistant.queue", ActivityKind.Internal, item.Work.Trace, startTime: began)?.Dispose();
        }
    }
}
