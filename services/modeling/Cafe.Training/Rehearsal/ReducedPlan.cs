using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Training.Language;
using Cafe.Training.Published;
using Cafe.Training.Stages;

namespace Cafe.Training.Rehearsal;

/// <summary>
/// A plan at reduced width: the same stages, data paths and options, with models of the tiny preset, small pictures and ten steps of two accumulated parts each. What breaks in it would break
/// at full size, hours later.
/// </summary>
public static class ReducedPlan
{
    /// <summary>Steps of every trainer.</summary>
    public const int Steps = 10;

    private const int BatchSize = 4, Accumulate = 2, Side = 64;

    private static readonly ModelConfigs Configs = ModelConfigs.For(ModelPreset.Tiny);

    /// <summary>Fills an empty folder with made-up models and samples, and with the reduced configurations.</summary>
    /// <param name="plan">Folder of the configurations at full size.</param>
    /// <param name="work">Where the reduced plan is to be run.</param>
    /// <returns>The reduced stages in order.</returns>
    /// <exception cref="ArgumentException">The work folder holds something.</exception>
    public static IReadOnlyList<StageFile> Prepare(string plan, string work)
    {
        if (Directory.Exists(work) && Directory.EnumerateFileSystemEntries(work).Any())
        {
            throw new ArgumentException($"{work} holds something, perhaps an earlier rehearsal: remove it first.");
        }

        var inputs = PlanInputs.Load(plan);
        foreach (var part in inputs.Parts)
        {
            MadeUpInputs.WritePart(part, Configs, Path.Combine(work, part.Folder));
        }

        foreach (var data in inputs.Data)
        {
            MadeUpInputs.WriteQuadruplets(Path.Combine(work, data.Folder), Side);
        }

        var configs = Path.Combine(work, "configs");
        Directory.CreateDirectory(configs);
        foreach (var file in Directory.EnumerateFiles(plan, "*.json"))
        {
            File.WriteAllText(Path.Combine(configs, Path.GetFileName(file)), Reduce(file).ToJsonString());
        }

        return StageFile.LoadPlan(configs);
    }

    private static JsonObject Reduce(string file)
    {
        var config = JsonNode.Parse(File.ReadAllText(file), null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        var (subject, semantic, hidden) = (Dinov2Config.From(Configs.Dinov2).HiddenSize, ClipConfig.From(Configs.Clip).ProjectionDim, LlamaConfig.From(Configs.Llama).HiddenSize);
        if (config["training"] is JsonObject training)
        {
            (training["steps"], training["batch_size"], training["accumulate"], training["log_every"]) = (Steps, BatchSize, Accumulate, 1);
        }

        Replace(config, "model", JsonNode.Parse(Configs.Unet.Json.GetRawText())!);
        Replace(config, "widths", JsonSerializer.SerializeToNode(new AssistantWidths(hidden, subject, semantic), StageJson.Written)!);
        Replace(config, "subject_width", subject);
        Replace(config, "semantic_width", semantic);
        Replace(config, "subject_side", Dinov2Config.From(Configs.Dinov2).PatchSize * 4);
        foreach (var side in new[] { "target_side", "reference_side", "reference_size" })
        {
            Replace(config, side, Side);
        }

        return config;
    }

    private static void Replace(JsonObject config, string field, JsonNode value)
    {
        if (config.ContainsKey(field))
        {
            config[field] = value;
        }
    }
}
