using System.CommandLine;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Execution;
using Cafe.Training.Running;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using Spectre.Console;
using TorchSharp;

namespace Cafe.Training.Commands;

/// <summary>Runs stages for a command, and turns what goes wrong into a line and an exit code.</summary>
internal static class StageSession
{
    public const int Failed = 1, Interrupted = 130;

    /// <summary>The configurations that ship with the program.</summary>
    public static string Configurations(DirectoryInfo? given, string name) => given?.FullName ?? Path.Combine(AppContext.BaseDirectory, "configs", name);

    public static int Run(ParseResult parsed, string work, Option<int> threads, Option<string> device, Option<long?> stopAfter, Action<StageRunner> run) => Guard(() =>
    {
        TrainingDevice.Use(parsed.GetRequiredValue(device));
        var context = new StageContext(work, new ConsoleReport(AnsiConsole.Console, TimeProvider.System), TimeProvider.System, parsed.GetValue(stopAfter));
        Directory.CreateDirectory(context.Work);
        torch.set_num_threads(parsed.GetValue(threads));
        run(new StageRunner(context, line => AnsiConsole.MarkupLineInterpolated($"[bold]{line}[/]")));
    });

    public static int Guard(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (OperationCanceledException e)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{e.Message}[/]");
            return Interrupted;
        }
        catch (Exception e) when (e is ArgumentException or SampleException or CheckpointException or TrainingDivergedException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return Failed;
        }
    }
}
