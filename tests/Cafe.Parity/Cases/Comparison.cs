using Cafe.Parity.Report;
using Cafe.Parity.Runners;

namespace Cafe.Parity.Cases;

/// <summary>A computed tensor held to the reference's.</summary>
/// <param name="Error">The measure that is bounded.</param>
/// <param name="Tolerance">Null for the variant's.</param>
internal sealed record Comparison(string Tensor, double Error, double? Tolerance = null, string? Note = null)
{
    /// <summary>The largest difference over the reference's largest magnitude; infinite where shapes differ or a number is none.</summary>
    public static Comparison Of(string tensor, HostTensor actual, HostTensor expected, double? tolerance = null) =>
        actual.Shape.SequenceEqual(expected.Shape)
            ? new Comparison(tensor, RelativeError(actual.Floats(), expected.Floats()), tolerance)
            : new Comparison(tensor, double.PositiveInfinity, tolerance, $"[{string.Join(", ", actual.Shape)}] instead of [{string.Join(", ", expected.Shape)}]");

    /// <summary>Token ids or texts that must be the same: the error is the number of differences.</summary>
    public static Comparison Same<T>(string tensor, IReadOnlyList<T> actual, IReadOnlyList<T> expected)
    {
        var differences = Math.Abs(actual.Count - expected.Count) + actual.Zip(expected).Count(p => !EqualityComparer<T>.Default.Equals(p.First, p.Second));
        return new Comparison(tensor, differences, 0);
    }

    public Row ToRow(string name, string variant, double tolerance) =>
        new(name, variant, Tensor, Error <= (Tolerance ?? tolerance) ? Outcome.Passed : Outcome.Failed, Error, Tolerance ?? tolerance, Note);

    /// <summary>The largest difference over the reference's largest magnitude.</summary>
    public static double RelativeError(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        double largest = 0, worst = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs((double)actual[i] - expected[i]);
            worst = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(worst, difference);
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return largest > 0 ? worst / largest : worst;
    }
}
