using Cafe.Diffuser;
using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Scheduling.Queue;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>The diffuser's own scheduler, with its own defaults.</summary>
internal sealed class StepLevelContender : IContender
{
    private readonly DiffusionScheduler _scheduler;
    private readonly TrialDevice _device;
    private readonly Action<WorkRequest> _done;

    public StepLevelContender(TrialDevice device, Action<WorkRequest> done)
    {
        var settings = new DiffuserSettings { QueueCapacity = 100_000 }; // nobody is turned away: all are to be compared
        (_device, _done) = (device, done);
        _scheduler = new DiffusionScheduler(
            device.Engine, device.Times.For(device.Plans.Shape, device.Simulated), settings.Queue, settings.MaxActive, new Silence(), device.Clock.Time);
    }

    public double Due => double.PositiveInfinity;

    public void Submit(WorkRequest request) => _scheduler.Submit(
        new DrawingJob(_device.Plans.Of(request.Steps), 1, request.Count, null, null, 0, new Events(this, request), CancellationToken.None), "", WorkClass.Interactive, null);

    public bool Work() => _scheduler.RunOnce();

    private sealed class Events(StepLevelContender contender, WorkRequest request) : IDrawingEvents
    {
        public void Started(TimeSpan waited)
        {
        }

        public void Progressed(DrawingProgress progress)
        {
        }

        public void Previewed(int index, int step, float[] latents)
        {
        }

        public void Drawn(int index, float[] pixels)
        {
        }

        public void Completed(DrawingTimings timings) => contender._done(request);

        public void Failed(Exception error) => throw new InvalidOperationException("A request of the trial failed.", error);
    }

    private sealed class Silence : ISchedulerObserver
    {
        public void Waited(TimeSpan wait)
        {
        }

        public void Stepped(Shape shape, int rows, TimeSpan elapsed)
        {
        }

        public void Decoded(TimeSpan elapsed)
        {
        }

        public void Rejected(RejectionReason reason)
        {
        }

        public void Cancelled(int stepsAfter)
        {
        }

        public void Expired()
        {
        }

        public void Failed(Exception error)
        {
        }

        public void BatchFailed(Exception error)
        {
        }
    }
}
