using Spectre.Console;

namespace Cafe.Cli.Terminal;

/// <summary>Where a command writes: its result to standard output, all else to standard error.</summary>
/// <param name="Output">The result.</param>
/// <param name="Status">Progress and remarks.</param>
/// <param name="Live">Standard error is a terminal: lines may be drawn over.</param>
internal sealed record Consoles(TextWriter Output, IAnsiConsole Status, bool Live)
{
    /// <summary>The process's own.</summary>
    public static Consoles ForProcess() => new(
        Console.Out, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), !Console.IsErrorRedirected);
}
