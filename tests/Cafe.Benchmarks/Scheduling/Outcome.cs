using System.Globalization;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>Mean latencies, in units of a request's mean time alone.</summary>
/// <param name="StepLevel">The diffuser's scheduler.</param>
/// <param name="OneAtATime">One request at a time.</param>
/// <param name="Batched">Request-level batching at its best.</param>
/// <param name="Leaving">Likewise, requests leaving before their batch.</param>
internal sealed record Outcome(double StepLevel, double OneAtATime, double Batched, double Leaving)
{
    /// <summary>The mean of rounds.</summary>
    public static Outcome Mean(IReadOnlyList<Outcome> rounds) => new(
        rounds.Average(round => round.StepLevel), rounds.Average(round => round.OneAtATime), rounds.Average(round => round.Batched), rounds.Average(round => round.Leaving));

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step-level {StepLevel:f2}, one at a time {OneAtATime:f2}, batched {Batched:f2}, batched and leaving early {Leaving:f2}; step-level to the better of one at a time and batched {Ratio(Batched):f3}, leaving early {Ratio(Leaving):f3}");

    private double Ratio(double batched) => StepLevel / Math.Min(OneAtATime, batched);
}
