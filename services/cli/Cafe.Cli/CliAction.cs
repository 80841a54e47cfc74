using System.CommandLine;
using Cafe.Client;
using Cafe.Evaluation.Evaluators;
using Cafe.Evaluation.Plans;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Spectre.Console;

namespace Cafe.Cli;

/// <summary>Runs a command: what went wrong is said in a line on standard error, not in a stack trace.</summary>
internal static class CliAction
{
    private const int Failed = 1;

    // What shells report for a process that ended on Ctrl+C.
    private const int Interrupted = 130;

    /// <summary>Sets what a command does.</summary>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction((result, cancellation) => RunAsync(() => action(result, cancellation)));

    private static async Task<int> RunAsync(Func<Task<int>> action)
    {
        var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        try
        {
            return await action();
        }
        catch (OperationCanceledException)
        {
            errors.MarkupLine("[yellow]Interrupted.[/]");
            return Interrupted;
        }
        catch (CafeException failure)
        {
            errors.MarkupLineInterpolated($"[red]error:[/] {failure.Message} ({failure.Code}{(failure.RequestId.Length > 0 ? $", request {failure.RequestId}" : "")})");
            if (failure.RetryAfter is { } delay)
            {
                errors.MarkupLineInterpolated($"Try again in {delay.TotalSeconds:0.#} s.");
            }

            return Failed;
        }
        catch (Exception failure) when (failure is CliException or PlanException or EvaluatorException or CheckpointException or PackException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            errors.MarkupLineInterpolated($"[red]error:[/] {failure.Message}");
            return Failed;
        }
    }
}
