using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Diffusion;

/// <summary>How much of a sample is left at each timestep: alpha bar, as diffusers' schedulers compute it.</summary>
public sealed class NoiseSchedule : IDisposable
{
    // Of the cosine schedule.
    private const double MaxBeta = 0.999;

    // Near a clean sample the velocity says more and more of less and less: its weight stops growing here.
    private const double LeastNoise = 0.05;

    private readonly Predicted predicted;

    /// <exception cref="ArgumentException">Names an unsupported value.</exception>
    public NoiseSchedule(NoiseScheduleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Steps = options.NumTrainTimesteps;
        predicted = options.PredictionType switch
        {
            "epsilon" => Predicted.Noise,
            "v_prediction" => Predicted.Velocity,
            "sample" => Predicted.Sample,
            var other => throw new ArgumentException($"prediction_type '{other}' is not trained; there are epsilon, v_prediction and sample."),
        };
        if (options.RescaleBetasZeroSnr && predicted == Predicted.Noise)
        {
            throw new ArgumentException("rescale_betas_zero_snr needs prediction_type v_prediction or sample: at pure noise epsilon says nothing.");
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

    public IReadOnlyList<double> AlphaBars { get; }

    /// <summary>The same as a tensor [steps].</summary>
    public Tensor Table { get; }

    /// <summary>The noisy sample, what the network is to say of it, and what the squared error of saying so weighs.</summary>
    /// <param name="clean">[B, C, h, w].</param>
    /// <param name="timesteps">int64 [B].</param>
    /// <returns>Weights are [B, 1, 1, 1]: 1, and for samples 1 / (1 - alpha bar), with which the error is that of the velocity which follows from the sample (up to the least noise).</returns>
    public (Tensor Noisy, Tensor Wanted, Tensor Weights) Corrupt(Tensor clean, Tensor noise, Tensor timesteps)
    {
        var alphaBar = Table.index_select(0, timesteps).reshape(-1, 1, 1, 1);
        var (signal, spread) = (alphaBar.sqrt(), (1 - alphaBar).sqrt());
        var noisy = signal * clean + spread * noise;
        return predicted switch
        {
            Predicted.Noise => (noisy, noise, torch.ones_like(alphaBar)),
            Predicted.Velocity => (noisy, signal * noise - spread * clean, torch.ones_like(alphaBar)),
            Predicted.Sample => (noisy, clean, 1 / (1 - alphaBar).clamp_min(LeastNoise)),
            _ => throw new InvalidOperationException($"Unknown prediction {predicted}."),
        };
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

    private enum Predicted
    {
        Noise,
        Velocity,
        Sample,
    }
}
