namespace Cafe.Evaluation.Reports;

/// <summary>A row of a table.</summary>
/// <param name="Name">What is compared: "both conditions".</param>
/// <param name="Results">Folder of scored results, relative to the request's file.</param>
/// <param name="Paper">What the paper reports in this row's place, as words; null for nothing.</param>
public sealed record RowRequest(string Name, string Results, string? Paper = null);
