using Cafe.Diffuser.Scheduling;
using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Simulation.Pods;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>What a trial runs on: the model or a table in its place, and the time that goes with it.</summary>
/// <param name="Engine">Draws, or only takes time.</param>
/// <param name="Clock">From 0.</param>
/// <param name="Times">What calls take.</param>
/// <param name="Plans">How pictures are drawn.</param>
/// <param name="Simulated">The table is in the model's place.</param>
internal sealed record TrialDevice(IDiffusionEngine Engine, TrialClock Clock, CallTimes Times, PlanCache Plans, bool Simulated)
{
    /// <summary>The model.</summary>
    public static TrialDevice Real(IDiffusionEngine engine, Func<TimeSpan> clock, CallTimes times, PlanCache plans) => new(engine, TrialClock.Real(clock), times, plans, Simulated: false);

    /// <summary>A table in its place.</summary>
    public static TrialDevice OfTable(CallTimes times, int maxRows, PlanCache plans)
    {
        var clock = new PodClock();
        return new TrialDevice(new SimulatedEngine(clock, times.Steps, times.DecodeSeconds, maxRows), TrialClock.Of(clock), times, plans, Simulated: true);
    }
}

/// <summary>Plans of one size under joint guidance, by steps.</summary>
internal sealed class PlanCache(SchedulerConfig config, Shape shape)
{
    private readonly Dictionary<int, DrawingPlan> _plans = [];

    /// <summary>Of all pictures.</summary>
    public Shape Shape => shape;

    /// <summary>The plan of so many steps.</summary>
    public DrawingPlan Of(int steps) => _plans.TryGetValue(steps, out var plan)
        ? plan
        : _plans[steps] = new DrawingPlan(
            SamplerPlan.Create(SamplerKind.Dpmpp2M, config, steps), new Guidance(GuidanceMode.Joint, Scale: 7.5), ConditionBranch.Both, 1, shape.Width, shape.Height);
}
