namespace Cafe.Inference.Samplers;

/// <summary>All steps of a sampler, computed once and shared by every picture with the same sampler and number of steps.</summary>
public sealed class SamplerPlan
{
    internal SamplerPlan(SamplerKind kind, double initialScale, double clamp, SamplerStep[] steps, double[] sigmas)
    {
        Kind = kind;
        InitialScale = initialScale;
        Clamp = clamp;
        Steps = steps;
        Sigmas = sigmas;
    }

    /// <summary>The sampler.</summary>
    public SamplerKind Kind { get; }

    /// <summary>The first latents are standard normal noise times this.</summary>
    public double InitialScale { get; }

    /// <summary>x0 is held within plus and minus this; infinity for no bound.</summary>
    public double Clamp { get; }

    /// <summary>In the order they are done.</summary>
    public IReadOnlyList<SamplerStep> Steps { get; }

    /// <summary>Noise level before each step and after the last; empty for DDIM, which has none.</summary>
    public IReadOnlyList<double> Sigmas { get; }

    /// <summary>Plans a number of steps.</summary>
    /// <param name="kind">The sampler.</param>
    /// <param name="config">The pack's schedule.</param>
    /// <param name="steps">1 to the schedule's trained timesteps.</param>
    /// <exception cref="SchedulerConfigException">The schedule holds what this sampler doesn't support; named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">So many steps don't fit the schedule.</exception>
    public static SamplerPlan Create(SamplerKind kind, SchedulerConfig config, int steps)
    {
        var schedule = NoiseSchedule.Read(config);
        if (steps < 1 || steps > schedule.TrainedSteps)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"The number of steps must be 1 to {schedule.TrainedSteps}.");
        }

        return kind switch
        {
            SamplerKind.Dpmpp2M => DpmSolver.Plan(config, schedule, steps),
            SamplerKind.Ddim => Ddim.Plan(config, schedule, steps),
            SamplerKind.Euler => Euler.Plan(config, schedule, steps),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown sampler."),
        };
    }
}
