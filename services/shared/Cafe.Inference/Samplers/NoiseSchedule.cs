namespace Cafe.Inference.Samplers;

/// <summary>
/// How much of the picture is left at each trained timestep. Numbers are rounded to float where the reference keeps
/// floats: 1 - a near the first timestep would differ in the fourth digit otherwise.
/// </summary>
internal sealed class NoiseSchedule
{
    // The reference keeps the last step of a zero-SNR schedule this far from zero where it divides by it.
    private const double SmallestAlpha = 1.0 / (1 << 24);

    private NoiseSchedule(float[] alphasCumulated, PredictionType prediction)
    {
        AlphasCumulated = alphasCumulated;
        Prediction = prediction;
    }

    /// <summary>a_t for every trained timestep, falling.</summary>
    public float[] AlphasCumulated { get; }

    public PredictionType Prediction { get; }

    public int TrainedSteps => AlphasCumulated.Length;

    public static NoiseSchedule Read(SchedulerConfig config)
    {
        var steps = config.Integer("num_train_timesteps", 1000, 1, 100_000);
        var betas = config.Numbers("trained_betas") ?? Betas(config, steps);
        if (betas.Length != steps)
        {
            throw new SchedulerConfigException("trained_betas", $"has {betas.Length} numbers; num_train_timesteps is {steps}.");
        }

        if (Array.FindIndex(betas, beta => !(beta > 0 && beta < 1)) is >= 0 and var bad)
        {
            throw new SchedulerConfigException("beta_start", $"beta {bad} of the schedule is {betas[bad]}; betas lie between 0 and 1.");
        }

        var prediction = config.Choice(
            "prediction_type",
            "epsilon",
            ("epsilon", PredictionType.Epsilon),
            ("v_prediction", PredictionType.VPrediction),
            ("sample", PredictionType.Sample));
        var cumulated = Cumulate(betas.Select(beta => 1 - beta));
        return new NoiseSchedule(config.Flag("rescale_betas_zero_snr", false) ? ToZeroSnr(cumulated) : cumulated, prediction);
    }

    /// <summary>sqrt((1 - a) / a) for every timestep, rising.</summary>
    public double[] Sigmas() => Array.ConvertAll(AlphasCumulated, alpha =>
    {
        var kept = Math.Max(alpha, SmallestAlpha);
        return (double)(float)Math.Sqrt((1 - kept) / kept);
    });

    private static float[] Betas(SchedulerConfig config, int steps)
    {
        var (start, end) = (config.Number("beta_start", 0.0001), config.Number("beta_end", 0.02));
        return config.Choice<Func<float[]>>(
            "beta_schedule",
            "linear",
            ("linear", () => Linear(start, end, steps)),
            ("scaled_linear", () => Array.ConvertAll(Linear(Math.Sqrt(start), Math.Sqrt(end), steps), root => root * root)),
            ("squaredcos_cap_v2", () => [.. Enumerable.Range(0, steps).Select(i => SquaredCosine(i, steps))]))();
    }

    private static float[] Linear(double start, double end, int count)
    {
        var (first, last) = ((float)start, (float)end);
        var step = count > 1 ? (last - first) / (count - 1) : 0;
        // From both ends, as the reference does it in floats.
        return [.. Enumerable.Range(0, count).Select(i => i < count / 2 ? first + (step * i) : last - (step * (count - 1 - i)))];
    }

    private static float SquaredCosine(int i, int steps)
    {
        double Bar(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
        return (float)Math.Min(1 - (Bar((i + 1.0) / steps) / Bar((double)i / steps)), 0.999);
    }

    private static float[] Cumulate(IEnumerable<float> alphas)
    {
        var product = 1.0;
        return [.. alphas.Select(alpha => (float)(product *= alpha))];
    }

    /// <summary>Shifts and scales so that the last timestep keeps nothing of the picture (algorithm 1 of arXiv 2305.08891).</summary>
    private static float[] ToZeroSnr(float[] cumulated)
    {
        var roots = Array.ConvertAll(cumulated, MathF.Sqrt);
        var (first, last) = (roots[0], roots[^1]);
        var rescaled = Array.ConvertAll(roots, root =>
        {
            var moved = (root - last) * (first / (first - last));
            return moved * moved;
        });
        // The reference goes back to betas and cumulates anew.
        return Cumulate(rescaled.Select((value, i) => 1 - (1 - (i == 0 ? value : value / rescaled[i - 1]))));
    }
}
