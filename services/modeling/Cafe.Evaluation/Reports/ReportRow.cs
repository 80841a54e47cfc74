using Cafe.Evaluation.Metrics;

namespace Cafe.Evaluation.Reports;

/// <summary>A row's figures.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Pictures">How many pictures it is of.</param>
/// <param name="Values">Mean and interval by metric.</param>
/// <param name="Differences">Difference from the baseline over the items that both have, by metric; empty for the baseline itself.</param>
/// <param name="Paper">What the paper reports.</param>
public sealed record ReportRow(string Name, int Pictures, IReadOnlyDictionary<string, Interval> Values, IReadOnlyDictionary<string, Interval> Differences, string? Paper = null);
