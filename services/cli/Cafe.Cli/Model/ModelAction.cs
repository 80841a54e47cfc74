using System.ComponentModel.DataAnnotations;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary>Runs a command of <c>cafe model</c>: what the user can put right is one line on standard error, not a stack trace.</summary>
internal static class ModelAction
{
    private const int Failed = 1;

    // What shells report for a process that ended on Ctrl+C.
    private const int Interrupted = 130;

    public static int Run(IAnsiConsole errors, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (OperationCanceledException)
        {
            errors.MarkupLine("[yellow]Interrupted.[/] Nothing was left behind that looks complete; the same command starts anew.");
            return Interrupted;
        }
        catch (Exception e) when (e is CheckpointException or PackException or IOException or UnauthorizedAccessException or ArgumentException
            or ExecutionProviderException or ValidationException)
        {
            errors.MarkupLineInterpolated($"[red]error:[/] {e.Message}");
            return Failed;
        }
    }

    /// <summary>A console on standard error, so that standard output stays the result's.</summary>
    public static IAnsiConsole Errors() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
