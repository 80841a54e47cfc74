namespace Cafe.Evaluation.Reports;

/// <summary>A table made of scores.</summary>
/// <param name="Id">What a document's markers call it.</param>
/// <param name="Title">Above it.</param>
/// <param name="Metrics">Its columns.</param>
/// <param name="Baseline">The row that differences are from.</param>
/// <param name="Rows">In order.</param>
public sealed record ReportTable(string Id, string Title, IReadOnlyList<string> Metrics, string Baseline, IReadOnlyList<ReportRow> Rows);
