using Cafe.Cli.Terminal;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Scoring;
using Spectre.Console;

namespace Cafe.Cli.Evaluation;

/// <summary>Scores folders of pictures and shows them side by side.</summary>
internal sealed class ScoringRun(EvaluationPlan plan, Judges judges, Consoles consoles)
{
    private readonly ProgressLine _progress = new(consoles.Status, consoles.Live);

    /// <summary>Scores each folder's pictures, writes report.json, report.md and the grid into the output folder, and prints the table.</summary>
    public void Run(string output, IReadOnlyList<(string Name, string Folder, IReadOnlyList<ScoredPicture> Pictures)> results, CancellationToken cancellation)
    {
        var scorer = new Scorer(plan, judges, cancellation);
        var scores = results.ToDictionary(result => result.Name, result => ScoreFile.Complete(
            result.Folder, judges.Names, result.Pictures, batch => scorer.Score(batch, cancellation), done => _progress.Show($"Scoring {result.Name}", done, result.Pictures.Count, TimeSpan.Zero)));
        _progress.Clear();
        var request = new TableRequest { Id = plan.Description.Name, Title = plan.Description.Name, Rows = [.. results.Select(result => new RowRequest(result.Name, result.Folder))] };
        var report = new ReportFile([new ReportBuilder(new Bootstrap()).Build(request, row => scores[row.Name])]);
        ReportOutput.Show(report, consoles);
        ReportOutput.Write(output, report);
        if (PictureGrid.Write(Path.Combine(output, "grid.png"), plan, [.. results.Select(result => result.Pictures)]) is { } grid)
        {
            consoles.Status.MarkupLineInterpolated($"[grey]{grid}[/]");
        }
    }
}
