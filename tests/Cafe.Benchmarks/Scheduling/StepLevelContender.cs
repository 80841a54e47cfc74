using Cafe.Diffuser;
using Cafe.Diffuser.Scheduling;
using Cafe.Scheduling.Queue;
using Cafe.Simulation.Pods;

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
            device.Engine, device.Times.For(device.Plans.Shape, device.Simulated), settings.Queue, settings.MaxActive, new SilentObserver(), SimulatedHealth.Sound(), device.Clock.Time);
    }

    public double Due => double.PositiveInfinity;

    public void Submit(WorkRequest request)
    {
        var events = new DrawingEnds(() => { }, () => _done(request), error => throw new InvalidOperationException("A request of the trial failed.", error));
        var job = new DrawingJob(_device.Plans.Of(request.Steps), 1, request.Count, null, null, 0, events, CancellationToken.None);
        _scheduler.Submit(job, "", WorkClass.Interactive, null);
    }

    public bool Work() => _scheduler.RunOnce();
}
