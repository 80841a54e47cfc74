namespace Cafe.Inference.Samplers;

/// <summary>Noise levels (sigmas) and the timesteps that belong to them.</summary>
internal static class NoiseLevels
{
    // Karras et al., arXiv 2206.00364, equation 5.
    private const double Rho = 7;

    /// <summary>Linear interpolation in a table by (fractional) index.</summary>
    public static double At(double[] table, double index)
    {
        var low = Math.Clamp((int)Math.Floor(index), 0, table.Length - 1);
        var high = Math.Min(low + 1, table.Length - 1);
        return table[low] + ((index - low) * (table[high] - table[low]));
    }

    /// <summary>Karras' levels from <paramref name="max"/> to <paramref name="min"/>, both included.</summary>
    public static double[] Karras(double min, double max, int count)
    {
        var (low, high) = (Math.Pow(min, 1 / Rho), Math.Pow(max, 1 / Rho));
        return [.. Enumerable.Range(0, count).Select(i => Math.Pow(high + ((count == 1 ? 0 : (double)i / (count - 1)) * (low - high)), Rho))];
    }

    /// <summary>The timestep whose level this is, fractional, linear in the logarithm.</summary>
    public static double ToTimestep(double sigma, double[] logSigmas)
    {
        var log = Math.Log(Math.Max(sigma, 1e-10));
        var low = 0;
        for (var i = 0; i < logSigmas.Length && logSigmas[i] <= log; i++)
        {
            low = i;
        }

        low = Math.Min(low, logSigmas.Length - 2);
        var weight = Math.Clamp((logSigmas[low] - log) / (logSigmas[low] - logSigmas[low + 1]), 0, 1);
        return low + weight;
    }

    /// <summary>The level after the last step.</summary>
    public static double Final(SchedulerConfig config, double[] sigmas) =>
        config.Choice("final_sigmas_type", "zero", ("zero", 0.0), ("sigma_min", sigmas[0]));

    /// <summary>As the reference keeps them.</summary>
    public static double[] ToFloats(IEnumerable<double> sigmas) => [.. sigmas.Select(sigma => (double)(float)sigma)];
}
