using Cafe.Packs.Manifest;

namespace Cafe.Evaluation.Evaluators;

/// <summary>evaluator.json: what an evaluator's ONNX graphs take and give. Paths are relative to the file.</summary>
public sealed record EvaluatorDescription
{
    /// <summary>The file's name in an evaluator's folder.</summary>
    public const string FileName = "evaluator.json";

    /// <summary>The only format there is.</summary>
    public const string CurrentFormat = "cafe-evaluator/1";

    /// <summary>Always <see cref="CurrentFormat"/>.</summary>
    public required string Format { get; init; }

    /// <summary>What reports call it, for example <c>dino-vits16</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The picture graph.</summary>
    public required string Graph { get; init; }

    /// <summary>Its input, [N, 3, crop_height, crop_width].</summary>
    public string Input { get; init; } = "pixel_values";

    /// <summary>From a picture to the input.</summary>
    public required ImagePreprocess Preprocess { get; init; }

    /// <summary>The output that is the embedding, [N, width] or [N, tokens, width].</summary>
    public required string Embedding { get; init; }

    /// <summary>Which token is the embedding where the output has several: 0 is the class token; null for an output without tokens.</summary>
    public int? Token { get; init; }

    /// <summary>Classifiers on the same graph by what they tell: scene, accessory, look.</summary>
    public IReadOnlyDictionary<string, EvaluatorHead> Heads { get; init; } = new Dictionary<string, EvaluatorHead>();

    /// <summary>The tower that embeds texts beside the pictures (CLIP); null for none.</summary>
    public EvaluatorText? Text { get; init; }
}
