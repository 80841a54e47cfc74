using System.Text.Json;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Imaging.Encoding;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Training.Language;
using Cafe.Training.Stages;

namespace Cafe.Training.Packing;

/// <summary>Makes the pack that is served, by the same builder that makes packs of published checkpoints.</summary>
public sealed class PackStage : IStage
{
    private const string PackName = "pack", OwnWeights = "cafe.safetensors";

    public string Kind => "pack";

    public IReadOnlyList<PlannedPart> Plan(JsonElement config) =>
        [new PlannedPart("pack", 0, 0, 0, 0, string.Join(", ", StageJson.Parse<PackStageOptions>(config).Needs))];

    public void Run(JsonElement config, StageContext context, CancellationToken cancellation)
    {
        var options = StageJson.Parse<PackStageOptions>(config);
        var diffusion = context.Path(options.Diffusion);
        var target = Path.Combine(context.Path(options.Output), PackName);
        var folders = new PublishedFolders
        {
            Subject = context.Path(options.SubjectEncoder),
            Clip = context.Path(options.Clip),
            Llama = context.Path(options.LanguageModel),
            Unet = Path.Combine(diffusion, "unet"),
            Vae = context.Path(options.Autoencoder),
            Scheduler = Path.Combine(diffusion, "scheduler"),
            Cafe = JoinOwnWeights(options, context),
        };
        using var published = PublishedSources.Open(folders, options.Identity);
        var sources = published with
        {
            SubjectPreprocess = published.SubjectPreprocess with { CentreSubject = options.CentreSubject, SubjectFill = options.SubjectFill },
            NormalizeSemantic = options.NormalizeSemantic,
            Licenses = new Dictionary<string, string> { ["weights.txt"] = PackCredits.Text(Path.Combine(context.Path(options.Data), "credits.json")) },
            Samples = options.Samples.ToDictionary(s => s.Key, s => Png(context.Path(s.Value))),
        };
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        PackBuilder.Build(sources, new PackBuildOptions(options.Target, options.Precision), target, null, cancellation);
    }

    // V, H and [IMG] come from the assistant's stage, null embeddings from the UNet's.
    private static string JoinOwnWeights(PackStageOptions options, StageContext context)
    {
        var assistant = Path.Combine(context.Path(options.Assistant), AssistantStage.WeightsFile);
        var nulls = Path.Combine(context.Path(options.Diffusion), OwnWeights);
        if (!File.Exists(nulls))
        {
            return assistant;
        }

        using var first = Checkpoint.Open(assistant);
        using var second = Checkpoint.Open(nulls);
        var joined = Path.Combine(context.Path(options.Output), OwnWeights);
        SafetensorsWriter.Write(joined, [.. first.Tensors, .. second.Tensors]);
        return joined;
    }

    private static byte[] Png(string path) => PngEncoder.Encode(PictureDecoder.DecodeWithAlpha(File.ReadAllBytes(path), ImageLimits.Default));
}
