using System.CommandLine;
using Cafe.Training.Stages;

namespace Cafe.Training.Commands;

/// <summary><c>cafe-train run CONFIG</c>: one stage.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = new Argument<FileInfo>("config") { Description = "Configuration file of the stage" };
        var (work, threads, device, stopAfter) = (CommonOptions.Work(), CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.StopAfter());
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint of an interrupted run" };
        var command = new Command("run", "Train one part by its configuration file") { config, work, threads, device, stopAfter, resume };
        command.SetAction((parsed, cancellation) => Task.FromResult(StageSession.Run(parsed, parsed.GetRequiredValue(work).FullName, threads, device, stopAfter, runner =>
        {
            var stage = StageFile.Load(parsed.GetRequiredValue(config).FullName);
            var state = Path.Combine(parsed.GetRequiredValue(work).FullName, stage.Output, "state.safetensors");
            if (File.Exists(state) && !parsed.GetValue(resume))
            {
                throw new ArgumentException($"{state} is there from another run: --resume goes on with it, removing it starts again.");
            }

            runner.Run(stage, cancellation);
        })));
        return command;
    }
}
