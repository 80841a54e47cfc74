using System.Globalization;
using Cafe.Modeling.Building;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary>What a build would write.</summary>
internal static class PlanReport
{
    public static void Write(IAnsiConsole console, IReadOnlyList<PlannedItem> items)
    {
        var table = new Table().AddColumns("file", "parameters", "on disk");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        foreach (var item in items)
        {
            table.AddRow(Markup.Escape(item.Path), item.Parameters > 0 ? Number(item.Parameters) : "", ByteSize.Format(item.Bytes));
        }

        table.AddEmptyRow();
        table.AddRow("all", Number(items.Sum(item => item.Parameters)), ByteSize.Format(items.Sum(item => item.Bytes)));
        console.Write(table);
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
