using System.Text.Json;
using Cafe.Modeling.Checkpoints;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building;

/// <summary>The preprocessor_config.json beside a vision model, of older and newer transformers; the models' own numbers where there is none.</summary>
public static class PublishedPreprocess
{
    /// <summary>DINOv2's: shortest edge 256, crop 224, ImageNet's mean and deviation.</summary>
    public static ImagePreprocess Dinov2 { get; } = new()
    {
        ShortestEdge = 256,
        CropHeight = 224,
        CropWidth = 224,
        Mean = [0.485f, 0.456f, 0.406f],
        Std = [0.229f, 0.224f, 0.225f],
    };

    /// <summary>CLIP's mean and deviation, for pictures of a given edge.</summary>
    public static ImagePreprocess Clip(int size) => new()
    {
        ShortestEdge = size,
        CropHeight = size,
        CropWidth = size,
        Mean = [0.48145466f, 0.4578275f, 0.40821073f],
        Std = [0.26862954f, 0.26130258f, 0.27577711f],
    };

    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static ImagePreprocess Read(string folder, ImagePreprocess absent)
    {
        var path = Path.Combine(folder, "preprocessor_config.json");
        if (!File.Exists(path))
        {
            return absent;
        }

        var config = ModelConfig.Read(path);
        return new ImagePreprocess
        {
            ShortestEdge = Edge(config, "size", "shortest_edge", absent.ShortestEdge),
            CropHeight = Edge(config, "crop_size", "height", absent.CropHeight),
            CropWidth = Edge(config, "crop_size", "width", absent.CropWidth),
            Mean = Numbers(config, "image_mean") ?? absent.Mean,
            Std = Numbers(config, "image_std") ?? absent.Std,
        };
    }

    // A number before transformers 4.20, an object since.
    private static int Edge(ModelConfig config, string field, string part, int absent) =>
        !config.Has(field) ? absent
        : config.Json.GetProperty(field).ValueKind == JsonValueKind.Object ? config.Section(field).Int(part, absent)
        : config.Int(field);

    private static IReadOnlyList<float>? Numbers(ModelConfig config, string field) => config.Has(field) ? [.. config.Numbers(field).Select(number => (float)number)] : null;
}
