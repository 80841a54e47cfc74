using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Scheduling.Queue;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Diffuser.Tests.Scheduling;

/// <summary>The real scheduler over a fake model and a fake clock.</summary>
internal sealed class SchedulerHarness
{
    private static readonly SchedulerConfig Config = SchedulerConfig.Parse("{}"u8.ToArray());
    private static readonly Dictionary<int, SamplerPlan> Plans = [];

    /// <summary>Time of a call grows with its rows: a CPU.</summary>
    public static readonly Func<int, double> Linear = rows => rows;

    /// <summary>Rows are free: a large GPU.</summary>
    public static readonly Func<int, double> Flat = _ => 1;

    public SchedulerHarness(Func<int, double> seconds, int maxRows = 16, int maxActive = 16, Action<QueueOptions>? queue = null, double decodeSeconds = 0)
    {
        Engine = new FakeEngine(Time, seconds, maxRows) { DecodeSeconds = decodeSeconds };
        var options = new QueueOptions();
        queue?.Invoke(options);
        Times = new ShapeTimes(new Shape(64, 64), Enumerable.Range(1, 16).ToDictionary(rows => rows, seconds), decodeSeconds, fixedTimes: true);
        Scheduler = new DiffusionScheduler(Engine, Times, options, maxActive, Observer, new ModelHealth(Lost.Add), Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeEngine Engine { get; }

    public ShapeTimes Times { get; }

    public CountingObserver Observer { get; } = new();

    /// <summary>Why the model counts as lost, each time it was told.</summary>
    public List<string> Lost { get; } = [];

    public DiffusionScheduler Scheduler { get; }

    public (DrawingJob Job, RecordedEvents Events) Submit(
        int steps,
        int count = 1,
        GuidanceMode mode = GuidanceMode.None,
        string tenant = "",
        WorkClass workClass = WorkClass.Interactive,
        double? deadline = null,
        int size = 64,
        int previewEvery = 0,
        CancellationToken cancellation = default,
        (double Start, double End)? interval = null,
        ulong seed = 0)
    {
        lock (Plans)
        {
            if (!Plans.TryGetValue(steps, out var sampler))
            {
                Plans[steps] = sampler = SamplerPlan.Create(SamplerKind.Dpmpp2M, Config, steps);
            }

            var (start, end) = interval ?? (0, 1);
            var plan = new DrawingPlan(sampler, new Guidance(mode, 3, 4, 2, start, end), ConditionBranch.Both, 1, size, size);
            var events = new RecordedEvents();
            var job = new DrawingJob(plan, seed, count, null, null, previewEvery, events, cancellation) { RequestId = $"request-{seed}" };
            Scheduler.Submit(job, tenant, workClass, deadline is { } seconds ? Time.GetUtcNow().AddSeconds(seconds) : null);
            return (job, events);
        }
    }

    public void Run(int rounds = int.MaxValue)
    {
        for (var i = 0; i < rounds && Scheduler.RunOnce(); i++)
        {
        }
    }

    public void AssertIdle()
    {
        Assert.Equal((0, 0, 0), (Scheduler.Waiting, Scheduler.Active, Engine.LiveConditions));
        Assert.Equal(0, Scheduler.RowsInFlight);
    }
}
