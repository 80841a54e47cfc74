using Cafe.Evaluation.Evaluators;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Evaluation.Tests;

/// <summary>Tiny evaluators with random weights, written as checkpoints and exported as real ones are.</summary>
internal static class RandomEvaluators
{
    public const int Side = 32;

    private const string CnnConfig = """{ "channels": [8, 16], "layers_per_level": 1, "norm_num_groups": 4, "width": 16, "heads": { "scene": %SCENES%, "accessory": 3, "look": 3 } }""";

    private const string VitConfigJson = """
        { "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "image_size": 32, "patch_size": 8, "num_channels": 3, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "qkv_bias": true }
        """;

    private const string ClipConfigJson = """
        {
          "projection_dim": 24,
          "text_config": { "bos_token_id": 598, "eos_token_id": 599, "vocab_size": 600, "hidden_act": "quick_gelu", "hidden_size": 32, "intermediate_size": 64, "layer_norm_eps": 1e-5, "max_position_embeddings": 24, "num_attention_heads": 2, "num_hidden_layers": 2 },
          "vision_config": { "hidden_act": "quick_gelu", "hidden_size": 32, "image_size": 32, "patch_size": 8, "intermediate_size": 64, "layer_norm_eps": 1e-5, "num_attention_heads": 2, "num_channels": 3, "num_hidden_layers": 2 }
        }
        """;

    /// <summary>An identity encoder with classifiers; a label too many or too few is the caller's test.</summary>
    public static string Cnn(string folder, IReadOnlyList<string> scenes, IReadOnlyList<string> accessories, IReadOnlyList<string> looks, ulong seed = 1)
    {
        var json = CnnConfig.Replace("%SCENES%", $"{scenes.Count}", StringComparison.Ordinal);
        var model = PictureCnnConfig.From(Parse(json));
        var checkpoint = Checkpoint(folder, json, seed, PictureCnn.Build(model));
        EvaluatorExport.Write(EvaluatorKind.PictureCnn, checkpoint, folder, new EvaluatorExportOptions
        {
            Name = "identity",
            Side = Side,
            Labels = new Dictionary<string, IReadOnlyList<string>> { ["scene"] = scenes, ["accessory"] = [.. accessories, EvaluatorHead.None], ["look"] = [.. looks, EvaluatorHead.None] },
        });
        return folder;
    }

    public static string Dino(string folder, ulong seed = 2)
    {
        var checkpoint = Checkpoint(folder, VitConfigJson, seed, Vit.Build(VitConfig.From(Parse(VitConfigJson))));
        EvaluatorExport.Write(EvaluatorKind.Dino, checkpoint, folder, new EvaluatorExportOptions { Name = "dino" });
        return folder;
    }

    public static string Clip(string folder, ulong seed = 3)
    {
        var config = ClipConfig.From(Parse(ClipConfigJson));
        var checkpoint = Checkpoint(folder, ClipConfigJson, seed, Modeling.Architectures.Clip.BuildVision(config), Modeling.Architectures.Clip.BuildText(config));
        var tokenizer = SyntheticClipTokenizer.Create(600);
        File.WriteAllBytes(Path.Combine(checkpoint, "vocab.json"), tokenizer.Vocab);
        File.WriteAllBytes(Path.Combine(checkpoint, "merges.txt"), tokenizer.Merges);
        EvaluatorExport.Write(EvaluatorKind.Clip, checkpoint, folder, new EvaluatorExportOptions { Name = "clip" });
        return folder;
    }

    private static ModelConfig Parse(string json) => ModelConfig.Parse("config", System.Text.Encoding.UTF8.GetBytes(json));

    private static string Checkpoint(string folder, string config, ulong seed, params Graph[] graphs)
    {
        var checkpoint = Path.Combine(folder, "checkpoint");
        Directory.CreateDirectory(checkpoint);
        File.WriteAllText(Path.Combine(checkpoint, "config.json"), config);
        using var weights = SyntheticWeights.For("random", graphs, seed, TensorType.Float32);
        SafetensorsWriter.Write(Path.Combine(checkpoint, "model.safetensors"), weights.Tensors);
        return checkpoint;
    }
}
