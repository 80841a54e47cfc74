using System.CommandLine;
using Cafe.Training.Stages;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train mini</c>: every part of the mini pack in order; what is done is left out, what was begun is gone on with.</summary>
internal static class MiniCommand
{
    public static Command Create()
    {
        var (work, threads, device, stopAfter, configs) = (CommonOptions.Work(), CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.StopAfter(), CommonOptions.Configs("mini"));
        var only = new Option<string[]>("--only") { Description = "Names of stages; the others are left out", AllowMultipleArgumentsPerToken = true };
        var command = new Command("mini", "Train every part of the mini pack, in order") { work, threads, device, stopAfter, configs, only };
        command.SetAction((parsed, cancellation) => Task.FromResult(StageSession.Run(parsed, parsed.GetRequiredValue(work).FullName, threads, device, stopAfter, runner =>
        {
            var stages = StageFile.LoadPlan(StageSession.Configurations(parsed.GetValue(configs), "mini"));
            var names = parsed.GetValue(only) ?? [];
            var unknown = names.Except(stages.Select(s => s.Name)).ToArray();
            if (unknown.Length > 0)
            {
                throw new ArgumentException($"No stage is named {string.Join(", ", unknown)}; there are: {string.Join(", ", stages.Select(s => s.Name))}.");
            }

            runner.Run([.. stages.Where(s => names.Length == 0 || names.Contains(s.Name))], cancellation);
        })));
        return command;
    }
}
