using System.CommandLine;
using Cafe.Training.Published;
using Cafe.Training.Rehearsal;
using Cafe.Training.Stages;
using Spectre.Console;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train full</c>: the paper's sizes; <c>--dry-run</c> says what they take, <c>--rehearse</c> runs the plan at reduced width.</summary>
internal static class FullCommand
{
    private const string RehearsalFolder = "rehearsal";

    public static Command Create()
    {
        var (threads, device, stopAfter, configs) = (CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.StopAfter(), CommonOptions.Configs("full"));
        var work = new Option<DirectoryInfo>("--work") { Description = "Folder for data, checkpoints and trained parts", DefaultValueFactory = _ => new DirectoryInfo("work") };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be trained: parameters, memory, data" };
        var rehearse = new Option<bool>("--rehearse") { Description = $"Run every stage at reduced width, ten steps each, on made-up models and samples in the work folder's '{RehearsalFolder}'" };
        var command = new Command("full", "Train every part at the paper's sizes") { work, threads, device, stopAfter, configs, dryRun, rehearse };
        command.SetAction((parsed, cancellation) =>
        {
            var (plan, folder) = (StageSession.Configurations(parsed.GetValue(configs), "full"), parsed.GetRequiredValue(work).FullName);
            if (parsed.GetValue(dryRun))
            {
                return Task.FromResult(StageSession.Guard(() => new DryRun(folder, AnsiConsole.Console).Show(StageFile.LoadPlan(plan), PlanInputs.Load(plan))));
            }

            if (parsed.GetValue(rehearse))
            {
                folder = Path.Combine(folder, RehearsalFolder);
                return Task.FromResult(StageSession.Run(parsed, folder, threads, device, stopAfter, runner => runner.Run(ReducedPlan.Prepare(plan, folder), cancellation)));
            }

            return Task.FromResult(StageSession.Run(parsed, folder, threads, device, stopAfter, runner => runner.Run(StageFile.LoadPlan(plan), cancellation)));
        });
        return command;
    }
}
