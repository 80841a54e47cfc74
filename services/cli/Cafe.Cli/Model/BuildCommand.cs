using System.CommandLine;
using Cafe.Modeling.Building;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary><c>cafe model build</c>: a pack from published checkpoints.</summary>
internal static class BuildCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("output") { Description = "The pack's folder; it must not exist yet." };
        var subject = Folder("--dinov2", "DINOv2's folder: config.json and weights.");
        var clip = Folder("--clip", "CLIP's folder; with vocab.json and merges.txt its text tower is built too.");
        var llama = Folder("--llama", "Llama's folder, with tokenizer.model.");
        var cafe = Folder("--cafe", "CAFE's own layers: one safetensors file (V, H, [IMG], perhaps null embeddings and tensors of the UNet).");
        var diffusion = new Option<string?>("--diffusion") { Description = "A diffusers folder with unet/, vae/ and scheduler/." };
        var unet = new Option<string?>("--unet") { Description = "The UNet's folder, in place of DIFFUSION/unet." };
        var vae = new Option<string?>("--vae") { Description = "The autoencoder's folder, in place of DIFFUSION/vae." };
        var scheduler = new Option<string?>("--scheduler") { Description = "scheduler_config.json or its folder, in place of DIFFUSION/scheduler." };
        var shared = new PackOptions("1.0.0");
        var command = new Command("build", "Build a pack from the published folders of each part and CAFE's own file.") { output, subject, clip, llama, cafe, diffusion, unet, vae, scheduler };
        shared.AddTo(command);
        command.SetAction((result, cancellation) => Task.Run(() => ModelAction.Run(ModelAction.Errors(), () =>
        {
            var target = result.GetRequiredValue(output);
            var folders = new PublishedFolders
            {
                Subject = result.GetRequiredValue(subject),
                Clip = result.GetRequiredValue(clip),
                Llama = result.GetRequiredValue(llama),
                Cafe = result.GetRequiredValue(cafe),
                Unet = Part(unet, "unet"),
                Vae = Part(vae, "vae"),
                Scheduler = Part(scheduler, "scheduler"),
            };
            var identity = shared.Identity(result, new PackIdentity { Name = PackOptions.NameOf(target) });
            using var sources = PublishedSources.Open(folders, identity);
            if (shared.IsDryRun(result))
            {
                PlanReport.Write(AnsiConsole.Console, PackBuilder.Plan(sources, shared.Options(result)));
                return 0;
            }

            BuildView.Run(AnsiConsole.Console, target, progress => PackBuilder.Build(sources, shared.Options(result), target, progress, cancellation));
            return 0;

            string Part(Option<string?> option, string name) => result.GetValue(option)
                ?? (result.GetValue(diffusion) is { } folder ? Path.Combine(folder, name) : throw new ArgumentException($"Name --diffusion, or {option.Name}."));
        }), CancellationToken.None));
        return command;
    }

    private static Option<string> Folder(string name, string description) => new(name) { Description = description, Required = true };
}
