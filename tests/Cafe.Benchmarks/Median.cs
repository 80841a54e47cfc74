namespace Cafe.Benchmarks;

/// <summary>The middle of measurements: what one disturbed run does not move.</summary>
internal static class Median
{
    /// <param name="values">At least one; of an even number, the mean of the two in the middle.</param>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
