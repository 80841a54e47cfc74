using System.Text.Json;

namespace Cafe.Training.Unpacking;

/// <summary>The configuration file of a stage that takes a part out of a pack, so that training can go on from it or leave it as it is.</summary>
public sealed record UnpackStageOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the part, as the stage that trains it writes it.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder of the pack; fp32 or fp16.</summary>
    public required string Pack { get; init; }

    /// <summary>The pack's graphs that hold the part's weights, such as <c>encoder/image.onnx</c>.</summary>
    public required IReadOnlyList<string> Graphs { get; init; }

    /// <summary>Rows that the pack keeps outside graphs, such as <c>assistant/image_token.bin</c>, to the tensor's published name.</summary>
    public IReadOnlyDictionary<string, string> Rows { get; init; } = new Dictionary<string, string>();

    /// <summary>The part's config.json, which a pack does not hold; null writes none.</summary>
    public JsonElement? Model { get; init; }

    /// <summary>Name of the weights' file.</summary>
    public string File { get; init; } = "model.safetensors";

    /// <summary>Further files of the pack, copied as they are: tokenizers.</summary>
    public IReadOnlyList<string> Copies { get; init; } = [];

    /// <summary>Preprocessing to write beside a picture encoder; null writes none.</summary>
    public Encoders.PreprocessOptions? Preprocess { get; init; }

    /// <summary>Side of the encoder's pictures; needed with <see cref="Preprocess"/>.</summary>
    public int Side { get; init; }
}
