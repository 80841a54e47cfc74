using System.CommandLine;
using Cafe.Modeling.Building;
using Spectre.Console;

namespace Cafe.Cli.Model;

/// <summary><c>cafe model synth</c>: a pack of random weights.</summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        var output = new Argument<string>("output") { Description = "The pack's folder; it must not exist yet." };
        var preset = new Option<ModelPreset>("--preset")
        {
            Description = "paper (the paper's exact dimensions), small (a laptop's) or tiny (for tests).",
            DefaultValueFactory = _ => ModelPreset.Tiny,
        };
        var config = new Option<string?>("--config")
        {
            Description = "A folder with any of dinov2.json, clip.json, llama.json, unet.json, vae.json, scheduler.json (published config.json files), used in place of the preset's.",
        };
        var seed = new Option<ulong>("--seed") { Description = "The same seed and sizes give the same pack, byte for byte." };
        var shared = new PackOptions("0.1.0");
        var command = new Command("synth", "Make a pack of random weights, to size machines with before there are weights.") { output, preset, config, seed };
        shared.AddTo(command);
        command.SetAction((result, cancellation) => Task.Run(() => ModelAction.Run(ModelAction.Errors(), () =>
        {
            var target = result.GetRequiredValue(output);
            var size = result.GetValue(preset);
            var configs = ModelConfigs.For(size);
            if (result.GetValue(config) is { } folder)
            {
                configs = configs.WithFolder(folder);
            }

            var identity = shared.Identity(result, SynthPack.Identity(PackOptions.NameOf(target), size));
            if (shared.IsDryRun(result))
            {
                PlanReport.Write(AnsiConsole.Console, SynthPack.Plan(configs, identity, shared.Options(result)));
                return 0;
            }

            BuildView.Run(AnsiConsole.Console, target, progress => SynthPack.Build(target, configs, identity, result.GetValue(seed), shared.Options(result), progress, cancellation));
            return 0;
        }), CancellationToken.None));
        return command;
    }
}
