namespace Cafe.Evaluation.Metrics;

/// <summary>A mean with its bootstrap interval.</summary>
/// <param name="Mean">Of the values as they are.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Number of values.</param>
public sealed record Interval(double Mean, double Low, double High, int Count)
{
    /// <summary>Whether zero lies outside: a difference with such an interval has a sign.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
