using Cafe.Cli.Terminal;
using Cafe.Evaluation.Reports;
using Spectre.Console;

namespace Cafe.Cli.Evaluation;

/// <summary>A report in the terminal and in files.</summary>
internal static class ReportOutput
{
    /// <summary>Prints every table.</summary>
    public static void Show(ReportFile report, Consoles consoles)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(consoles.Output) });
        foreach (var table in report.Tables)
        {
            Show(console, table);
        }
    }

    /// <summary>Writes report.json and report.md.</summary>
    public static void Write(string folder, ReportFile report)
    {
        Directory.CreateDirectory(folder);
        report.Write(Path.Combine(folder, "report.json"));
        File.WriteAllText(Path.Combine(folder, "report.md"), MarkdownReport.RenderAll(report));
    }

    // Metrics go down and rows across: figures with intervals are wide.
    private static void Show(IAnsiConsole console, ReportTable table)
    {
        var view = new Table { Title = new TableTitle(Markup.Escape(table.Title)), Border = TableBorder.Rounded };
        view.AddColumn("");
        foreach (var row in table.Rows)
        {
            view.AddColumn(Markup.Escape($"{row.Name} ({row.Pictures})"));
        }

        foreach (var metric in table.Metrics)
        {
            view.AddRow([Markup.Escape(MarkdownReport.Title(metric)), .. table.Rows.Select(row => Markup.Escape(Cell(row, metric)))]);
        }

        console.Write(view);
    }

    private static string Cell(ReportRow row, string metric) => !row.Values.TryGetValue(metric, out var value) ? "-"
        : MarkdownReport.Format(value) + (row.Differences.TryGetValue(metric, out var difference) ? $"\n{MarkdownReport.FormatDifference(difference)}" : "");
}
