using System.CommandLine;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary><c>cafe model inspect</c>: what a pack, a checkpoint folder or a weights file holds, and the memory that it will need.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A pack, a checkpoint's folder, or a weights file." };
        var tensors = new Option<bool>("--tensors") { Description = "List every tensor of a checkpoint." };
        var command = new Command("inspect", "Show parts, sizes and the memory needed.") { path, tensors };
        command.SetAction(result => ModelAction.Run(ModelAction.Errors(), () => Run(AnsiConsole.Console, result.GetRequiredValue(path), result.GetValue(tensors))));
        return command;
    }

    internal static int Run(IAnsiConsole console, string path, bool listTensors)
    {
        if (File.Exists(Path.Combine(path, PackManifest.FileName)))
        {
            PackReport.Write(console, PackFolder.Open(path));
        }
        else
        {
            using var checkpoint = Checkpoint.Open(path);
            CheckpointReport.Write(console, checkpoint, listTensors);
        }

        return 0;
    }
}
