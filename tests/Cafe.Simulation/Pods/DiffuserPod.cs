using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;
using Cafe.Simulation.Devices;
using Cafe.Simulation.Load;

namespace Cafe.Simulation.Pods;

/// <summary>A diffuser: the real step-level scheduler, joint guidance (two rows a picture).</summary>
internal sealed class DiffuserPod : SimulatedPod
{
    private const int Size = 512, MaxRows = 16, MaxActive = 16;
    private static readonly SchedulerConfig Config = SchedulerConfig.Parse("{}"u8.ToArray());
    private static readonly Dictionary<int, DrawingPlan> Plans = [];
    private readonly DiffusionScheduler _scheduler;
    private readonly IPodObserver _observer;

    public DiffuserPod(DeviceTimes device, int queueCapacity, IPodObserver observer)
    {
        var table = DeviceTimes.Seconds(device.Diffuser);
        var decode = device.DecodeMilliseconds / 1000;
        var engine = new SimulatedEngine(Clock, new StepTimes(table, smoothing: 0), decode, MaxRows);
        _observer = observer;
        _scheduler = new DiffusionScheduler(
            engine, new ShapeTimes(new Shape(Size, Size), table, decode, fixedTimes: true), new QueueOptions { Capacity = queueCapacity }, MaxActive, new SilentObserver(), SimulatedHealth.Sound(), Clock);
    }

    public override int QueueDepth => _scheduler.Waiting;

    public override int Running => _scheduler.Active;

    public override double PredictedWait => _scheduler.PredictedWaitSeconds;

    protected override void Submit(SimulatedRequest request)
    {
        var events = new DrawingEnds(
            () => _observer.Started(request, Clock.Seconds), () => _observer.Finished(request, Clock.Seconds), _ => _observer.Displaced(request));
        var job = new DrawingJob(Plan(request.Steps), 1, request.Pictures, null, null, 0, events, CancellationToken.None);
        _scheduler.Submit(job, request.Tenant, request.Class, null);
    }

    protected override bool Call()
    {
        return _scheduler.RunOnce();
    }

    private static DrawingPlan Plan(int steps)
    {
        lock (Plans)
        {
            return Plans.TryGetValue(steps, out var plan)
                ? plan
                : Plans[steps] = new DrawingPlan(SamplerPlan.Create(SamplerKind.Dpmpp2M, Config, steps), new Guidance(GuidanceMode.Joint, 7.5, 7.5, 7.5, 0, 1), ConditionBranch.Both, 1, Size, Size);
        }
    }
}
