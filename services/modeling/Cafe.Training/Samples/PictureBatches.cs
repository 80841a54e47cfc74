using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Samples;

/// <summary>Pictures of samples in the ranges that models take.</summary>
public static class PictureBatches
{
    /// <summary>Bytes to [-1, 1], the autoencoder's range.</summary>
    public static Tensor ToUnitRange(this Tensor bytes) => bytes / 127.5 - 1;

    /// <summary>Bytes to (x / 255 - mean) / deviation by channel, the encoders' range.</summary>
    /// <param name="bytes">Float32 [B, 3, h, w], 0 to 255.</param>
    public static Tensor Normalize(this Tensor bytes, IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        var (m, s) = (torch.tensor(mean.ToArray()).reshape(1, 3, 1, 1), torch.tensor(std.ToArray()).reshape(1, 3, 1, 1));
        return (bytes / 255 - m) / s;
    }

    /// <summary>Another size, antialiased.</summary>
    public static Tensor Resize(this Tensor pictures, long height, long width) => pictures.shape[2] == height && pictures.shape[3] == width
        ? pictures
        : nn.functional.interpolate(pictures, [height, width], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);
}
