namespace Cafe.Inference.Samplers;

/// <summary>Which timesteps a number of steps visits, from noise to picture.</summary>
internal static class Timesteps
{
    public static TimestepSpacing Spacing(SchedulerConfig config, string ifAbsent) => config.Choice(
        "timestep_spacing",
        ifAbsent,
        ("linspace", TimestepSpacing.Linspace),
        ("leading", TimestepSpacing.Leading),
        ("trailing", TimestepSpacing.Trailing));

    /// <summary>Evenly from 0 to <paramref name="last"/>, both included, falling.</summary>
    public static double[] Linspace(double last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : last * (count - 1 - i) / (count - 1))];

    /// <summary>Multiples of <paramref name="stride"/> plus the offset, falling.</summary>
    public static double[] Leading(int stride, int count, int offset) =>
        [.. Enumerable.Range(0, count).Select(i => ((count - 1.0 - i) * stride) + offset)];

    /// <summary>From <paramref name="end"/> - 1 down in even strides, rounded.</summary>
    public static double[] Trailing(double end, double stride, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Math.Round(end - (i * stride)) - 1)];

    /// <summary>Refuses step counts that leave the trained range.</summary>
    public static void Check(double[] timesteps, int trained)
    {
        foreach (var timestep in timesteps)
        {
            if (timestep < 0 || timestep > trained - 1)
            {
                throw new ArgumentOutOfRangeException(
                    "steps", timesteps.Length, $"With so many steps the schedule visits timestep {timestep}; trained are 0 to {trained - 1}.");
            }
        }
    }
}
