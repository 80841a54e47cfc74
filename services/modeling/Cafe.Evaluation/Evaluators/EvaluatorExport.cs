using System.Text.Json;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Building;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Packs.Manifest;

namespace Cafe.Evaluation.Evaluators;

/// <summary>Turns a checkpoint's folder (config.json and weights, as published or as trained here) into an evaluator's folder.</summary>
public static class EvaluatorExport
{
    private const string PictureGraph = "pictures.onnx", TextGraph = "texts.onnx", Vocab = "vocab.json", Merges = "merges.txt";

    /// <summary>Writes graphs, weights and evaluator.json.</summary>
    /// <param name="kind">What the checkpoint is.</param>
    /// <param name="checkpoint">Holds config.json and weights.</param>
    /// <param name="output">Made where it is missing; may be the checkpoint's own folder.</param>
    /// <param name="options">Name, size, labels, tokenizer.</param>
    /// <exception cref="CheckpointException">The weights are not the configuration's.</exception>
    /// <exception cref="EvaluatorException">An option is missing or does not fit.</exception>
    public static EvaluatorDescription Write(EvaluatorKind kind, string checkpoint, string output, EvaluatorExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(output);
        var config = CheckpointFolder.ReadConfig(checkpoint);
        using var weights = CheckpointFolder.OpenWeights(checkpoint);
        var description = kind switch
        {
            EvaluatorKind.Dino => Dino(config, weights, checkpoint, output, options),
            EvaluatorKind.Dinov2 => Dino2(config, weights, checkpoint, output, options),
            EvaluatorKind.Clip => Towers(config, weights, checkpoint, output, options),
            EvaluatorKind.PictureCnn => Cnn(config, weights, output, options),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an architecture of evaluators."),
        };
        File.WriteAllText(Path.Combine(output, EvaluatorDescription.FileName), JsonSerializer.Serialize(description, EvaluatorJson.Indented) + "\n");
        return description;
    }

    private static EvaluatorDescription Dino(ModelConfig config, Checkpoint weights, string checkpoint, string output, EvaluatorExportOptions options)
    {
        var model = VitConfig.From(config);
        Write(output, weights, Vit.Ignored, (PictureGraph, Vit.Build(model)));
        return Describe(options.Name, PublishedPreprocess.Read(checkpoint, ImageNet(model.ImageSize)), "last_hidden_state", token: 0);
    }

    private static EvaluatorDescription Dino2(ModelConfig config, Checkpoint weights, string checkpoint, string output, EvaluatorExportOptions options)
    {
        var preprocess = PublishedPreprocess.Read(checkpoint, options.Side is { } side ? ImageNet(side) : PublishedPreprocess.Dinov2);
        Write(output, weights, Dinov2.Ignored, (PictureGraph, Dinov2.Build(Dinov2Config.From(config), preprocess.CropHeight, preprocess.CropWidth)));
        return Describe(options.Name, preprocess, "last_hidden_state", token: 0);
    }

    private static EvaluatorDescription Towers(ModelConfig config, Checkpoint weights, string checkpoint, string output, EvaluatorExportOptions options)
    {
        var model = ClipConfig.From(config);
        var tokenizer = options.Tokenizer ?? checkpoint;
        foreach (var file in new[] { Vocab, Merges })
        {
            var from = Path.Combine(tokenizer, file);
            if (!File.Exists(from))
            {
                throw new EvaluatorException($"{tokenizer} has no {file}: CLIP's text tower needs its tokenizer.");
            }

            if (Path.GetFullPath(tokenizer) != Path.GetFullPath(output))
            {
                File.Copy(from, Path.Combine(output, file), overwrite: true);
            }
        }

        Write(output, weights, Clip.Ignored, (PictureGraph, Clip.BuildVision(model)), (TextGraph, Clip.BuildText(model)));
        return Describe(options.Name, PublishedPreprocess.Read(checkpoint, PublishedPreprocess.Clip(model.ImageSize)), "image_embeds", token: null) with
        {
            Text = new EvaluatorText(TextGraph, "text_embeds", model.MaxPositionEmbeddings, Vocab, Merges),
        };
    }

    private static EvaluatorDescription Cnn(ModelConfig config, Checkpoint weights, string output, EvaluatorExportOptions options)
    {
        var model = PictureCnnConfig.From(config);
        var unnamed = model.Heads.Where(head => !options.Labels.TryGetValue(head.Key, out var labels) || labels.Count != head.Value).ToArray();
        if (unnamed.Length > 0)
        {
            throw new EvaluatorException($"Labels are needed for {string.Join(", ", unnamed.Select(head => $"{head.Key} ({head.Value})"))}.");
        }

        var side = options.Side ?? throw new EvaluatorException("The side of the pictures is needed: this architecture takes any.");
        Write(output, weights, [], (PictureGraph, PictureCnn.Build(model)));

        // It was trained on pixels in [-1, 1].
        return Describe(options.Name, new ImagePreprocess { ShortestEdge = side, CropHeight = side, CropWidth = side, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] }, "embedding", token: null) with
        {
            Heads = model.Heads.ToDictionary(head => head.Key, head => new EvaluatorHead($"{head.Key}_logits", options.Labels[head.Key])),
        };
    }

    private static EvaluatorDescription Describe(string name, ImagePreprocess preprocess, string embedding, int? token) => new()
    {
        Format = EvaluatorDescription.CurrentFormat, Name = name, Graph = PictureGraph, Preprocess = preprocess, Embedding = embedding, Token = token,
    };

    private static void Write(string output, Checkpoint weights, IReadOnlyList<string> ignored, params (string File, Graph Graph)[] graphs)
    {
        var strict = new StrictWeights(weights, ignored);
        foreach (var (name, shape) in graphs.SelectMany(part => part.Graph.PublishedWeights).DistinctBy(weight => weight.Key))
        {
            strict.Take(name, [.. shape]);
        }

        strict.Complete();
        foreach (var (file, graph) in graphs)
        {
            GraphWriter.Write(graph, name => weights[name], Path.Combine(output, file));
        }
    }

    private static ImagePreprocess ImageNet(int size) => PublishedPreprocess.Dinov2 with { ShortestEdge = size, CropHeight = size, CropWidth = size };
}
