namespace Cafe.Inference.Samplers;

/// <summary>
/// DPM-Solver++, first order and 2M (arXiv 2211.01095, algorithm 2), as diffusers' DPMSolverMultistepScheduler reads its
/// configuration. lambda = log(alpha / sigma), h the step in lambda.
/// </summary>
internal static class DpmSolver
{
    // Fewer steps than this end in a first-order step, where lower_order_final says so.
    private const int FewSteps = 15;

    private enum SolverType
    {
        Midpoint,
        Heun,
    }

    public static SamplerPlan Plan(SchedulerConfig config, NoiseSchedule schedule, int steps)
    {
        config.RequireOff("thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas", "use_dynamic_shifting");
        config.Choice("algorithm_type", "dpmsolver++", ("dpmsolver++", 0));
        var order = config.Integer("solver_order", 2, 1, 2);
        var solver = config.Choice("solver_type", "midpoint", ("midpoint", SolverType.Midpoint), ("heun", SolverType.Heun));
        var table = schedule.Sigmas();
        var timesteps = Visit(config, schedule, table, steps);

        double[] sigmas;
        if (config.Flag("use_karras_sigmas", false))
        {
            sigmas = NoiseLevels.Karras(table[0], table[^1], steps);
            var logSigmas = Array.ConvertAll(table, Math.Log);
            timesteps = Array.ConvertAll(sigmas, sigma => Math.Round(NoiseLevels.ToTimestep(sigma, logSigmas)));
        }
        else
        {
            sigmas = Array.ConvertAll(timesteps, timestep => NoiseLevels.At(table, timestep));
        }

        var final = NoiseLevels.Final(config, table);
        sigmas = NoiseLevels.ToFloats([.. sigmas, final]);
        var firstOrderAtEnd = config.Flag("euler_at_final", false)
            || (config.Flag("lower_order_final", true) && steps < FewSteps)
            || final == 0;
        return new SamplerPlan(
            SamplerKind.Dpmpp2M,
            1,
            double.PositiveInfinity,
            [
                .. Enumerable.Range(0, steps).Select(i =>
                {
                    var second = order == 2 && i > 0 && !(i == steps - 1 && firstOrderAtEnd);
                    return Step(schedule.Prediction, solver, timesteps[i], second ? sigmas[i - 1] : null, sigmas[i], sigmas[i + 1]);
                }),
            ],
            sigmas);
    }

    private static double[] Visit(SchedulerConfig config, NoiseSchedule schedule, double[] table, int steps)
    {
        var trained = schedule.TrainedSteps;
        var offset = config.Integer("steps_offset", 0, 0, trained);
        // Timesteps whose lambda = -log(sigma) lies below the bound are left out (cosine schedules).
        var least = config.Number("lambda_min_clipped", double.NegativeInfinity);
        var end = trained - table.Count(sigma => -Math.Log(sigma) < least);
        if (steps >= end)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"The number of steps must be below the {end} timesteps of the schedule.");
        }

        var timesteps = Timesteps.Spacing(config, "linspace") switch
        {
            // One more than asked for, and the last one left out: the step there ends at the final level instead.
            TimestepSpacing.Linspace => Array.ConvertAll(Timesteps.Linspace(end - 1, steps + 1)[..^1], Math.Round),
            TimestepSpacing.Leading => Timesteps.Leading(end / (steps + 1), steps + 1, offset)[..^1],
            TimestepSpacing.Trailing => Timesteps.Trailing(end, (double)trained / steps, steps),
            _ => throw new InvalidOperationException("Unknown timestep spacing."),
        };
        Timesteps.Check(timesteps, trained);
        return timesteps;
    }

    private static SamplerStep Step(
        PredictionType prediction, SolverType solver, double timestep, double? previousSigma, double sigma, double nextSigma)
    {
        // Latents keep unit variance: alpha = 1 / sqrt(1 + sigma^2), noise = sigma alpha.
        var (alpha, noise) = Split(sigma);
        var (latents, output) = prediction switch
        {
            PredictionType.Epsilon => (1 / alpha, -noise / alpha),
            PredictionType.VPrediction => (alpha, -noise),
            PredictionType.Sample => (0.0, 1.0),
            _ => throw new ArgumentOutOfRangeException(nameof(prediction), prediction, "Unknown prediction type."),
        };

        var (nextAlpha, nextNoise) = Split(nextSigma);
        var decay = nextSigma / sigma; // exp(-h), 0 where the next level is 0
        var current = nextAlpha * (1 - decay);
        var previous = 0.0;
        if (previousSigma is { } before)
        {
            var h = Math.Log(sigma / nextSigma);
            var slope = solver switch
            {
                SolverType.Midpoint => 0.5 * nextAlpha * (1 - decay),
                SolverType.Heun => nextAlpha * (((decay - 1) / h) + 1),
                _ => throw new ArgumentOutOfRangeException(nameof(solver), solver, "Unknown solver type."),
            };
            // D1 = (x0 - x0') / r, r the ratio of the last step in lambda to this one.
            slope *= h / Math.Log(before / sigma);
            current += slope;
            previous = -slope;
        }

        return new((float)timestep, 1, latents, output, nextNoise / noise, 0, current, previous);
    }

    private static (double Alpha, double Noise) Split(double sigma)
    {
        var alpha = 1 / Math.Sqrt((sigma * sigma) + 1);
        return (alpha, sigma * alpha);
    }
}
