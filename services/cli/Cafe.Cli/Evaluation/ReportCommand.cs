using System.CommandLine;
using Cafe.Cli.Terminal;
using Cafe.Evaluation.Metrics;
using Cafe.Evaluation.Reports;
using Cafe.Evaluation.Scoring;

namespace Cafe.Cli.Evaluation;

/// <summary><c>cafe eval report</c>: tables of scored results: terminal, JSON, Markdown, and between a document's markers.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var results = new Argument<string[]>("results") { Description = "Folders of scored results, one row each; the first is the baseline.", Arity = ArgumentArity.ZeroOrMore };
        var tables = new Option<string?>("--tables") { Description = "Instead: a file of requested tables (id, title, metrics, baseline, rows of name and results)." };
        var from = new Option<string?>("--from") { Description = "Instead: a report.json, whose figures are used as they are." };
        var output = new Option<string?>("--out") { Description = "Folder for report.json and report.md." };
        var into = new Option<string[]>("--into") { Description = "Documents whose tables between <!-- eval: ID --> and <!-- /eval --> are replaced.", DefaultValueFactory = _ => [] };
        var command = new Command("report", "Make tables of scored results.") { results, tables, from, output, into };
        command.Does((result, _) =>
        {
            var report = Make(result.GetValue(results) ?? [], result.GetValue(tables), result.GetValue(from));
            ReportOutput.Show(report, Consoles.ForProcess());
            if (result.GetValue(output) is { } folder)
            {
                ReportOutput.Write(folder, report);
            }

            foreach (var document in result.GetValue(into) ?? [])
            {
                File.WriteAllText(document, MarkdownReport.Into(File.ReadAllText(document), report));
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static ReportFile Make(string[] results, string? tables, string? from)
    {
        if ((results.Length > 0 ? 1 : 0) + (tables is null ? 0 : 1) + (from is null ? 0 : 1) != 1)
        {
            throw new CliException("Name result folders, or --tables, or --from: one of them.");
        }

        if (from is not null)
        {
            return ReportFile.Read<ReportFile>(from);
        }

        var (requests, folder) = tables is null
            ? ([new TableRequest { Id = "results", Title = "Results", Rows = [.. results.Select(path => new RowRequest(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), path))] }], Environment.CurrentDirectory)
            : (ReportFile.Read<ReportRequest>(tables).Tables, Path.GetDirectoryName(Path.GetFullPath(tables))!);
        var builder = new ReportBuilder(new Bootstrap());
        return new ReportFile([.. requests.Select(request => builder.Build(request, row => ScoreFile.Read(Path.Combine(folder, row.Results))))]);
    }
}
