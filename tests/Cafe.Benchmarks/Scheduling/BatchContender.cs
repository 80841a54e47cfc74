using Cafe.Inference.Diffusion;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>
/// Request-level batching: up to so many requests, in order of arrival, or those that came within a delay of the first, are worked on until
/// the last one is done; nobody joins meanwhile, and the batch is answered as a whole. A batch of one is one at a time. Rows that are done take
/// no more time, and calls have as many rows as pay by the measured times.
/// </summary>
/// <param name="device">What it runs on.</param>
/// <param name="setting">Size and delay of batches.</param>
/// <param name="done">Told when a request is answered.</param>
internal sealed class BatchContender(TrialDevice device, BatchSetting setting, Action<WorkRequest> done) : IContender
{
    private const double Tolerance = 1e-6; // clocks tick
    private readonly Queue<WorkRequest> _waiting = [];
    private readonly Queue<(Job Job, Drawing Drawing)> _pictures = [];
    private readonly List<WorkRequest> _finished = [];

    public double Due => _pictures.Count == 0 && _waiting.TryPeek(out var first) ? first.Arrival + setting.Delay : double.PositiveInfinity;

    public void Submit(WorkRequest request) => _waiting.Enqueue(request);

    public bool Work()
    {
        if (_pictures.Count == 0 && !Begin())
        {
            return false;
        }

        var count = device.Times.PicturesOfCall(_pictures.Count, device.Engine.MaxRows);
        var taken = Enumerable.Range(0, count).Select(_ => _pictures.Dequeue()).ToList();
        var failures = new Exception?[count];
        device.Engine.Step(taken.ConvertAll(picture => picture.Drawing), failures);
        if (Array.Find(failures, failure => failure is not null) is { } error)
        {
            throw new InvalidOperationException("A request of the trial failed.", error);
        }

        taken.ForEach(picture => AfterStep(picture.Job, picture.Drawing));
        if (_pictures.Count == 0)
        {
            _finished.ForEach(done);
            _finished.Clear();
        }

        return true;
    }

    private bool Begin()
    {
        if (_waiting.Count < setting.Size && !(device.Clock.Now + Tolerance >= Due))
        {
            return false;
        }

        for (var i = 0; i < setting.Size && _waiting.TryDequeue(out var request); i++)
        {
            var job = new Job(request, device.Engine.Condition(null, null));
            for (var picture = 0; picture < request.Count; picture++)
            {
                _pictures.Enqueue((job, device.Engine.Begin(device.Plans.Of(request.Steps), job.Conditions, (ulong)picture)));
            }
        }

        return true;
    }

    private void AfterStep(Job job, Drawing drawing)
    {
        if (!drawing.Done)
        {
            _pictures.Enqueue((job, drawing));
            return;
        }

        device.Engine.Decode(drawing);
        if (++job.Drawn == job.Request.Count)
        {
            job.Conditions.Dispose();
            if (setting.LeaveEarly)
            {
                done(job.Request);
            }
            else
            {
                _finished.Add(job.Request);
            }
        }
    }

    private sealed class Job(WorkRequest request, IConditions conditions)
    {
        public WorkRequest Request => request;

        public IConditions Conditions => conditions;

        public int Drawn { get; set; }
    }
}
