using System.CommandLine;
using Cafe.Training.Stages;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train full</c>: the paper's sizes; <c>--dry-run</c> says what they take.</summary>
internal static class FullCommand
{
    public static Command Create()
    {
        var (threads, stopAfter, configs) = (CommonOptions.Threads(), CommonOptions.StopAfter(), CommonOptions.Configs("full"));
        var work = new Option<DirectoryInfo>("--work") { Description = "Folder for data, checkpoints and trained parts", DefaultValueFactory = _ => new DirectoryInfo("work") };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be trained: parameters, memory, data" };
        var command = new Command("full", "Train every part at the paper's sizes") { work, threads, stopAfter, configs, dryRun };
        command.SetAction((parsed, cancellation) =>
        {
            var folder = StageSession.Configurations(parsed.GetValue(configs), "full");
            return Task.FromResult(parsed.GetValue(dryRun)
                ? StageSession.Guard(() => Show(StageFile.LoadPlan(folder)))
                : StageSession.Run(parsed, work, threads, stopAfter, runner => runner.Run(StageFile.LoadPlan(folder), cancellation)));
        });
        return command;
    }

    private static void Show(IReadOnlyList<StageFile> stages)
    {
        var table = new Table().AddColumns("stage", "part", "parameters", "trained", "memory without activations", "batch", "steps", "data");
        foreach (var stage in stages)
        {
            foreach (var part in StageTable.Find(stage.Kind).Plan(stage.Config))
            {
                table.AddRow(
                    Markup.Escape(stage.Name),
                    Markup.Escape(part.Name),
                    FormattableString.Invariant($"{part.Parameters / 1e6:n1}M"),
                    FormattableString.Invariant($"{part.Trained / 1e6:n1}M"),
                    FormattableString.Invariant($"{part.Bytes / (double)(1L << 30):n2} GiB"),
                    FormattableString.Invariant($"{part.BatchSize}"),
                    FormattableString.Invariant($"{part.Steps}"),
                    Markup.Escape(part.Data));
            }
        }

        AnsiConsole.Write(table);
    }
}
