namespace Cafe.Inference.Samplers;

/// <summary>DDIM with eta 0 (arXiv 2010.02502, equation 12), as diffusers' DDIMScheduler reads its configuration.</summary>
internal static class Ddim
{
    public static SamplerPlan Plan(SchedulerConfig config, NoiseSchedule schedule, int steps)
    {
        config.RequireOff("thresholding");
        var clamp = config.Flag("clip_sample", true) ? config.Number("clip_sample_range", 1) : double.PositiveInfinity;
        var alphas = schedule.AlphasCumulated;
        var finalAlpha = config.Flag("set_alpha_to_one", true) ? 1.0 : alphas[0];
        var trained = schedule.TrainedSteps;
        var offset = config.Integer("steps_offset", 0, 0, trained);
        var timesteps = Timesteps.Spacing(config, "leading") switch
        {
            TimestepSpacing.Linspace => Array.ConvertAll(Timesteps.Linspace(trained - 1, steps), Math.Round),
            TimestepSpacing.Leading => Timesteps.Leading(trained / steps, steps, offset),
            TimestepSpacing.Trailing => Timesteps.Trailing(trained, (double)trained / steps, steps),
            _ => throw new InvalidOperationException("Unknown timestep spacing."),
        };
        Timesteps.Check(timesteps, trained);

        return new SamplerPlan(SamplerKind.Ddim, 1, clamp, Array.ConvertAll(timesteps, timestep =>
        {
            // Whatever the spacing, a step goes down by the same whole number; past 0 it reaches the picture.
            var previous = (int)timestep - (trained / steps);
            return Step(schedule.Prediction, timestep, alphas[(int)timestep], previous >= 0 ? alphas[previous] : finalAlpha);
        }), []);
    }

    private static SamplerStep Step(PredictionType prediction, double timestep, double alpha, double nextAlpha)
    {
        var (signal, noise) = (Math.Sqrt(alpha), Math.Sqrt(1 - alpha));
        var (nextSignal, nextNoise) = (Math.Sqrt(nextAlpha), Math.Sqrt(1 - nextAlpha));

        // x0 and epsilon, each as weights of (x, o); next x = nextSignal x0 + nextNoise epsilon.
        return prediction switch
        {
            PredictionType.Epsilon when signal == 0 => throw new SchedulerConfigException(
                "rescale_betas_zero_snr", "epsilon says nothing about the picture at a timestep without any; use v_prediction."),
            PredictionType.Epsilon => new((float)timestep, 1, 1 / signal, -noise / signal, 0, nextNoise, nextSignal, 0),
            PredictionType.VPrediction => new((float)timestep, 1, signal, -noise, nextNoise * noise, nextNoise * signal, nextSignal, 0),
            PredictionType.Sample => new((float)timestep, 1, 0, 1, nextNoise / noise, -nextNoise * signal / noise, nextSignal, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(prediction), prediction, "Unknown prediction type."),
        };
    }
}
