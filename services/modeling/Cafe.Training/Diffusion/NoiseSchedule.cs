using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Diffusion;

/// <summary>How much of a sample is left at each timestep: alpha bar, as diffusers' schedulers compute it.</summary>
public sealed class NoiseSchedule : IDisposable
{
    // Of the cosine schedule.
    private const double MaxBeta = 0.999;

    /// <exception cref="ArgumentException">Names an unsupported value.</exception>
    public NoiseSchedule(NoiseScheduleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Steps = options.NumTrainTimesteps;
        PredictsVelocity = options.PredictionType switch
        {
            "v_prediction" => true,
            "epsilon" => false,
            var other => throw new ArgumentException($"prediction_type '{other}' is not trained; there are epsilon and v_prediction."),
        };
        if (options.RescaleBetasZeroSnr && !PredictsVelocity)
        {
            throw new ArgumentException("rescale_betas_zero_snr needs prediction_type v_prediction: at pure noise epsilon says nothing.");
        }

        var kept = Betas(options).Select(b => 1 - b).ToArray();
        for (var i = 1; i < kept.Length; i++)
        {
            kept[i] *= kept[i - 1];
        }

        AlphaBars = options.RescaleBetasZeroSnr ? WithoutSignalAtTheEnd(kept) : kept;
        using var scope = torch.NewDisposeScope();
        Table = scope.Detach(torch.tensor(AlphaBars.Select(a => (float)a).ToArray()));
    }

    public int Steps { get; }

    public bool PredictsVelocity { get; }

    public IReadOnlyList<double> AlphaBars { get; }

    /// <summary>The same as a tensor [steps].</summary>
    public Tensor Table { get; }

    /// <summary>The noisy sample and what the network is to say of it.</summary>
    /// <param name="clean">[B, C, h, w].</param>
    /// <param name="timesteps">int64 [B].</param>
    public (Tensor Noisy, Tensor Wanted) Corrupt(Tensor clean, Tensor noise, Tensor timesteps)
    {
        var alphaBar = Table.index_select(0, timesteps).reshape(-1, 1, 1, 1);
        var (signal, spread) = (alphaBar.sqrt(), (1 - alphaBar).sqrt());
        var noisy = signal * clean + spread * noise;
        return (noisy, PredictsVelocity ? signal * noise - spread * clean : noise);
    }

    public void Dispose() => Table.Dispose();

    private static IEnumerable<double> Betas(NoiseScheduleOptions o)
    {
        var last = o.NumTrainTimesteps - 1;
        return Enumerable.Range(0, o.NumTrainTimesteps).Select<int, double>(o.BetaSchedule switch
        {
            "linear" => i => o.BetaStart + (o.BetaEnd - o.BetaStart) * i / last,
            "scaled_linear" => i => Math.Pow(Math.Sqrt(o.BetaStart) + (Math.Sqrt(o.BetaEnd) - Math.Sqrt(o.BetaStart)) * i / last, 2),
            "squaredcos_cap_v2" => i => Math.Min(1 - Cosine((i + 1.0) / o.NumTrainTimesteps) / Cosine((double)i / o.NumTrainTimesteps), MaxBeta),
            var other => throw new ArgumentException($"beta_schedule '{other}' is not supported; there are linear, scaled_linear and squaredcos_cap_v2."),
        });

        static double Cosine(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
    }

    // Shifts and scales sqrt(alpha bar) so that it ends at 0 and begins where it did (arXiv 2305.08891, algorithm 1).
    private static double[] WithoutSignalAtTheEnd(double[] alphaBars)
    {
        var (first, last) = (Math.Sqrt(alphaBars[0]), Math.Sqrt(alphaBars[^1]));
        return [.. alphaBars.Select(a => Math.Pow((Math.Sqrt(a) - last) * first / (first - last), 2))];
    }
}
