using System.Text.Json;
using Cafe.Training.Samples;
using Cafe.Training.Stages;
using static TorchSharp.torch;

namespace Cafe.Training.Encoders;

/// <summary>How pictures reach an encoder, in training as when served. Pictures of samples are square, so nothing is cropped.</summary>
public sealed record PreprocessOptions
{
    /// <summary>What DINO's and DINOv2's pixels are normalised with.</summary>
    public static PreprocessOptions Dino { get; } = new() { Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] };

    /// <summary>What CLIP's are.</summary>
    public static PreprocessOptions Clip { get; } = new() { Mean = [0.48145466f, 0.4578275f, 0.40821073f], Std = [0.26862954f, 0.26130258f, 0.27577711f] };

    /// <summary>By channel, of pixels in [0, 1].</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    public required IReadOnlyList<float> Std { get; init; }

    /// <param name="bytes">Float32 [B, 3, h, w], 0 to 255.</param>
    /// <param name="size">Pixels along a side that the encoder takes.</param>
    public Tensor Apply(Tensor bytes, int size) => bytes.Resize(size, size).Normalize(Mean, Std);

    /// <summary>The file that published encoders have beside them.</summary>
    public void Write(string folder, int size) => File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), JsonSerializer.Serialize(new
    {
        image_mean = Mean,
        image_std = Std,
        size = new { shortest_edge = size },
        crop_size = new { height = size, width = size },
        resample = 3,
        rescale_factor = 1 / 255.0,
        do_center_crop = true,
        do_convert_rgb = true,
        do_normalize = true,
        do_rescale = true,
        do_resize = true,
    }, StageJson.Written));
}
