using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Scoring;

namespace Cafe.Evaluation.Tests.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;
    private readonly ReportBuilder builder = new(new Bootstrap());

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Baseline 0, 1, 0, 1; the other has .25 more everywhere: mean .75, difference exactly .25.
    [Fact]
    public void Build_SameItems_MeansAndPairedDifferences()
    {
        var table = builder.Build(Request("one", "two"), row => Scores(row.Name == "one" ? 0 : 0.25));
        Assert.Equal(["identity_top1", "scene"], table.Metrics);
        Assert.Equal(0.5, table.Rows[0].Values["scene"].Mean);
        Assert.Empty(table.Rows[0].Differences);
        Assert.Equal(new Interval(0.25, 0.25, 0.25, 4), table.Rows[1].Differences["scene"]);
        var text = MarkdownReport.Render(table);
        Assert.Contains("| one | 4 | 1.000 [1.000, 1.000] | .500 [.000, 1.000] |", text, StringComparison.Ordinal);
        Assert.Contains("; +.250 [+.250, +.250]*", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_NoCommonItems_NoDifferences()
    {
        var table = builder.Build(Request("one", "two"), row => Scores(0, row.Name));
        Assert.Empty(table.Rows[1].Differences);
        Assert.Throws<PlanException>(() => builder.Build(Request("one", "two") with { Baseline = "three" }, _ => Scores(0)));
        Assert.Throws<PlanException>(() => builder.Build(Request(), _ => Scores(0)));
    }

    [Fact]
    public void Into_Markers_TablesReplacedAndTheRestLeftAlone()
    {
        var report = new ReportFile([builder.Build(Request("one"), _ => Scores(0))]);
        var path = Path.Combine(folder, "report.json");
        report.Write(path);
        var read = ReportFile.Read<ReportFile>(path);
        const string Document = "before\n<!-- eval: table-6 -->\nold\n<!-- /eval -->\nafter\n";
        var once = MarkdownReport.Into(Document, read);
        Assert.StartsWith("before\n<!-- eval: table-6 -->\n|  | pictures | identity top-1 | scene |\n", once, StringComparison.Ordinal);
        Assert.EndsWith("<!-- /eval -->\nafter\n", once, StringComparison.Ordinal);
        Assert.DoesNotContain("old", once, StringComparison.Ordinal);
        Assert.Equal(once, MarkdownReport.Into(once, read));
        Assert.Throws<PlanException>(() => MarkdownReport.Into("<!-- eval: table-7 -->\n<!-- /eval -->", read));
        Assert.Throws<PlanException>(() => MarkdownReport.Into("<!-- eval: table-6 -->\n", read));
    }

    private static TableRequest Request(params string[] rows) => new() { Id = "table-6", Title = "Table 6", Rows = [.. rows.Select(row => new RowRequest(row, row))] };

    private static IReadOnlyList<PictureScore> Scores(double more, string prefix = "") => [.. Enumerable.Range(0, 4).Select(i => new PictureScore(
        $"{prefix}{i}", 0, $"subject-{i}", new Dictionary<string, double> { ["scene"] = (i % 2) + more, ["identity_top1"] = 1 }, new Dictionary<string, string>()))];
}
