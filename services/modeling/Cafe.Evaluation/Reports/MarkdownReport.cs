using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Reports;

/// <summary>Tables in Markdown, alone or between a document's markers.</summary>
public static partial class MarkdownReport
{
    /// <summary>A figure with its interval: <c>.464 [.441, .487]</c>.</summary>
    public static string Format(Interval value) => $"{Number(value.Mean)} [{Number(value.Low)}, {Number(value.High)}]";

    /// <summary>A difference: <c>+.021 [+.004, +.038]*</c>, with a star where the interval excludes zero.</summary>
    public static string FormatDifference(Interval value) => $"{Signed(value.Mean)} [{Signed(value.Low)}, {Signed(value.High)}]{(value.ExcludesZero ? "*" : "")}";

    /// <summary>One table without its title.</summary>
    public static string Render(ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var paper = table.Rows.Any(row => row.Paper is not null);
        var text = new StringBuilder();
        Line(["", "pictures", .. table.Metrics.Select(Title), .. paper ? new[] { "paper" } : []]);
        Line([.. Enumerable.Repeat("---", table.Metrics.Count + (paper ? 3 : 2))]);
        foreach (var row in table.Rows)
        {
            Line([row.Name, row.Pictures.ToString(CultureInfo.InvariantCulture), .. table.Metrics.Select(metric => Cell(row, metric)), .. paper ? new[] { row.Paper ?? "" } : []]);
        }

        return text.ToString();

        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>A page of all tables.</summary>
    public static string RenderAll(ReportFile report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var pages = report.Tables.Select(table => $"## {table.Title}\n\n{Render(table)}\n{Legend(table)}\n");
        return string.Join('\n', pages);
    }

    /// <summary>Puts each table between its markers, <c>&lt;!-- eval: ID --&gt;</c> and <c>&lt;!-- /eval --&gt;</c>.</summary>
    /// <exception cref="PlanException">The document has a marker of a table that the report has not, or one that does not end.</exception>
    public static string Into(string document, ReportFile report)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(report);
        if (Opening().Count(document) != Region().Count(document))
        {
            throw new PlanException("A marker <!-- eval: ... --> has no <!-- /eval --> after it.");
        }

        return Region().Replace(document, region =>
        {
            var id = region.Groups["id"].Value;
            var table = report.Tables.FirstOrDefault(candidate => candidate.Id == id)
                ?? throw new PlanException($"The document asks for the table '{id}'; the report has {string.Join(", ", report.Tables.Select(candidate => candidate.Id))}.");
            return $"<!-- eval: {id} -->\n{Render(table)}\n{Legend(table)}\n<!-- /eval -->";
        });
    }

    /// <summary>A metric's column title.</summary>
    public static string Title(string metric) => metric switch
    {
        Scoring.Metric.IdentityTop1 => "identity top-1",
        Scoring.Metric.IdentityTop5 => "identity top-5",
        Scoring.Metric.IdentitySimilarity => "identity cosine",
        Scoring.Metric.Dino => "DINO",
        Scoring.Metric.DinoInput => "DINO (input)",
        Scoring.Metric.ClipImage => "CLIP-I",
        Scoring.Metric.ClipImageInput => "CLIP-I (input)",
        Scoring.Metric.ClipText => "CLIP-T",
        Scoring.Metric.Face => "face ID",
        _ => metric.Replace('_', ' '),
    };

    private static string Cell(ReportRow row, string metric) => !row.Values.TryGetValue(metric, out var value) ? "-"
        : row.Differences.TryGetValue(metric, out var difference) ? $"{Format(value)}; {FormatDifference(difference)}"
        : Format(value);

    private static string Legend(ReportTable table) => "Mean and 95% bootstrap interval over subjects" + (table.Rows.Any(row => row.Differences.Count > 0)
        ? $"; then the paired difference from \"{table.Baseline}\", starred where its interval excludes zero."
        : ".");

    private static string Number(double value)
    {
        var text = value.ToString("0.000", CultureInfo.InvariantCulture);
        return text.StartsWith("0.", StringComparison.Ordinal) ? text[1..] : text.StartsWith("-0.", StringComparison.Ordinal) ? "-" + text[2..] : text;
    }

    private static string Signed(double value) => value >= 0 ? "+" + Number(value) : Number(value);

    [GeneratedRegex("<!-- eval: (?<id>[A-Za-z0-9-]+) -->.*?<!-- /eval -->", RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex("<!-- eval: [A-Za-z0-9-]+ -->")]
    private static partial Regex Opening();
}
