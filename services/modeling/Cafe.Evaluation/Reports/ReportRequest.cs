namespace Cafe.Evaluation.Reports;

/// <summary>A file of requested tables.</summary>
/// <param name="Tables">In order.</param>
public sealed record ReportRequest(IReadOnlyList<TableRequest> Tables);
