namespace Cafe.Evaluation.Reports;

/// <summary>What a table shows; a file of them (<c>{ "tables": [ ... ] }</c>) makes all tables of a document by one command.</summary>
public sealed record TableRequest
{
    /// <summary>What a document's markers call it: letters, digits, '-'.</summary>
    public required string Id { get; init; }

    /// <summary>Above the table.</summary>
    public required string Title { get; init; }

    /// <summary>Columns, by the names of <see cref="Scoring.Metric"/>; null: all that a row has.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Name of the row that the others are compared with; null: the first. Rows that share no item with it have no differences.</summary>
    public string? Baseline { get; init; }

    /// <summary>One row for each folder of results.</summary>
    public required IReadOnlyList<RowRequest> Rows { get; init; }
}
