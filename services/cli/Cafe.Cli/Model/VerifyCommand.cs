using System.CommandLine;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary><c>cafe model verify</c>: hashes, shapes, and one run of every graph.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("pack") { Description = "The pack's folder." };
        var skipRun = new Option<bool>("--skip-run") { Description = "Check hashes and the manifest only, without opening a graph." };
        var provider = new Option<ExecutionProvider?>("--provider") { Description = "What runs the graphs: cpu, cuda or cudaPlugin; by default the pack's target." };
        var plugin = new Option<string?>("--plugin") { Description = "The plug-in library, with --provider cudaPlugin." };
        var command = new Command("verify", "Check a pack: hashes, shapes, and one run of every graph.") { path, skipRun, provider, plugin };
        command.SetAction((result, cancellation) => Task.Run(() => ModelAction.Run(ModelAction.Errors(), () =>
        {
            var pack = PackFolder.Open(result.GetRequiredValue(path));
            var settings = new SessionSettings
            {
                Provider = result.GetValue(provider) ?? (pack.Manifest.Target == PackTarget.Cuda ? ExecutionProvider.Cuda : ExecutionProvider.Cpu),
                PluginPath = result.GetValue(plugin),
            };
            return Run(AnsiConsole.Console, pack, result.GetValue(skipRun) ? null : new SessionFactory(settings), cancellation);
        }), CancellationToken.None));
        return command;
    }

    internal static int Run(IAnsiConsole console, PackFolder pack, SessionFactory? sessions, CancellationToken cancellation)
    {
        var problems = 0;
        foreach (var finding in PackVerifier.Verify(pack, sessions, cancellation))
        {
            if (finding.Problem is { } problem)
            {
                problems++;
                console.MarkupLineInterpolated($"[red]bad[/]  {finding.Subject}: {problem}");
            }
            else
            {
                console.MarkupLineInterpolated($"[green]good[/] {finding.Subject}: {finding.Detail}");
            }
        }

        console.MarkupLineInterpolated($"{(problems == 0 ? "The pack is sound." : $"{problems} problems.")}");
        return problems == 0 ? 0 : 1;
    }
}
