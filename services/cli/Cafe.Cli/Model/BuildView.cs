using Cafe.Modeling.Building;
using Cafe.Packs.Manifest;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary>Shows a build's progress: what is done, bytes, rate and time left.</summary>
internal static class BuildView
{
    // Redrawing more often than the eye sees costs more than it shows.
    private const long StepBytes = 4 << 20;

    public static void Run(IAnsiConsole console, string folder, Func<Action<BuildProgress>, PackManifest> build)
    {
        PackManifest? manifest = null;
        console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("plan");
                var shown = 0L;
                manifest = build(progress =>
                {
                    task.MaxValue = Math.Max(1, progress.TotalBytes);
                    if (progress.DoneBytes - shown >= StepBytes || progress.Step != task.Description || progress.DoneBytes == progress.TotalBytes)
                    {
                        shown = progress.DoneBytes;
                        task.Description = progress.Step;
                        task.Value = progress.DoneBytes;
                    }
                });
            });
        var bytes = new[] { manifest!.Parts.Encoder, manifest.Parts.Assistant, manifest.Parts.Diffuser }.Sum(part => part.Files.Sum(file => file.Bytes));
        console.MarkupLineInterpolated($"{manifest.Name} {manifest.Version}: {ByteSize.Format(bytes)} in {folder}");
    }
}
