namespace Cafe.Inference.Samplers;

/// <summary>
/// Euler's method on dx/dsigma = (x - x0) / sigma (arXiv 2206.00364, algorithm 1 without churn), as diffusers'
/// EulerDiscreteScheduler reads its configuration. Latents grow with the noise: x = x0 + sigma epsilon.
/// </summary>
internal static class Euler
{
    public static SamplerPlan Plan(SchedulerConfig config, NoiseSchedule schedule, int steps)
    {
        config.RequireOff("use_exponential_sigmas", "use_beta_sigmas");
        config.Choice("interpolation_type", "linear", ("linear", 0));
        config.Choice("timestep_type", "discrete", ("discrete", 0));
        var trained = schedule.TrainedSteps;
        var offset = config.Integer("steps_offset", 0, 0, trained);
        var spacing = Timesteps.Spacing(config, "linspace");
        var timesteps = spacing switch
        {
            TimestepSpacing.Linspace => Timesteps.Linspace(trained - 1, steps),
            TimestepSpacing.Leading => Timesteps.Leading(trained / steps, steps, offset),
            TimestepSpacing.Trailing => Timesteps.Trailing(trained, (double)trained / steps, steps),
            _ => throw new InvalidOperationException("Unknown timestep spacing."),
        };
        Timesteps.Check(timesteps, trained);

        var table = schedule.Sigmas();
        var sigmas = Array.ConvertAll(timesteps, timestep => NoiseLevels.At(table, timestep));
        if (config.Flag("use_karras_sigmas", false))
        {
            sigmas = NoiseLevels.Karras(
                config.OptionalNumber("sigma_min") ?? sigmas[^1], config.OptionalNumber("sigma_max") ?? sigmas[0], steps);
            var logSigmas = Array.ConvertAll(table, Math.Log);
            timesteps = Array.ConvertAll(sigmas, sigma => NoiseLevels.ToTimestep(sigma, logSigmas));
        }

        sigmas = NoiseLevels.ToFloats([.. sigmas, NoiseLevels.Final(config, table)]);
        var max = sigmas.Max();
        // A schedule that doesn't begin at the last trained timestep begins with a picture in the noise.
        var initial = spacing == TimestepSpacing.Leading ? Math.Sqrt((max * max) + 1) : max;
        return new SamplerPlan(
            SamplerKind.Euler,
            initial,
            double.PositiveInfinity,
            [.. Enumerable.Range(0, steps).Select(i => Step(schedule.Prediction, timesteps[i], sigmas[i], sigmas[i + 1]))],
            sigmas);
    }

    private static SamplerStep Step(PredictionType prediction, double timestep, double sigma, double nextSigma)
    {
        var scale = 1 / Math.Sqrt((sigma * sigma) + 1);
        var (latents, output) = prediction switch
        {
            PredictionType.Epsilon => (1.0, -sigma),
            PredictionType.VPrediction => (scale * scale, -sigma * scale),
            PredictionType.Sample => (0.0, 1.0),
            _ => throw new ArgumentOutOfRangeException(nameof(prediction), prediction, "Unknown prediction type."),
        };
        var change = (nextSigma - sigma) / sigma;
        return new((float)timestep, scale, latents, output, 1 + change, 0, -change, 0);
    }
}
