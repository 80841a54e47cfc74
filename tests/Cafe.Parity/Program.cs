using Cafe.Parity.Report;
using Xunit.Runner.InProc.SystemConsole;

namespace Cafe.Parity;

/// <summary>Holds every case of a folder of goldens to the reference: <c>dotnet run --project tests/Cafe.Parity -- DIR [--torch] [--only PREFIX]</c>.</summary>
public static class Program
{
    private const string Usage = "usage: Cafe.Parity DIR [--torch] [--only PREFIX]";

    public static int Main(string[] args) => IsTestRunner(args)
        ? ConsoleRunner.Run(args).GetAwaiter().GetResult()
        : Run(args, Console.Out, Console.Error);

    // The test platform starts test projects with options of one dash, or a file of them (@@); ours have two.
    internal static bool IsTestRunner(string[] args) =>
        args.Any(a => a.StartsWith("@@", StringComparison.Ordinal) || (a.StartsWith('-') && !a.StartsWith("--", StringComparison.Ordinal)));

    /// <returns>0 where every case is within its tolerance, 1 where one is not, 2 for a wrong call.</returns>
    internal static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        string? folder = null, only = null;
        var torch = false;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--torch":
                    torch = true;
                    break;
                case "--only" when i + 1 < args.Length:
                    only = args[++i];
                    break;
                case var path when folder is null && !path.StartsWith('-'):
                    folder = path;
                    break;
                default:
                    errors.WriteLine($"'{args[i]}' is not understood. {Usage}");
                    return 2;
            }
        }

        if (folder is null || !Directory.Exists(folder))
        {
            errors.WriteLine(folder is null ? Usage : $"There is no folder '{folder}'.");
            return 2;
        }

        var rows = ParityRun.Folder(folder, torch, only, table => ReportTable.Write(table, output)).ToArray();
        ReportTable.WriteSummary(rows, output);
        return rows.Length > 0 && rows.All(r => r.Outcome != Outcome.Failed) ? 0 : 1;
    }
}
