using Cafe.Training.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Encoders;

/// <summary>Another view of the same pictures: turned, scaled, moved, flipped, brighter or darker.</summary>
public sealed record ViewAugmentation
{
    /// <summary>Degrees to either side.</summary>
    public double Rotation { get; init; } = 15;

    /// <summary>Smallest size of the subject relative to its own; the largest is 1.</summary>
    public double Shrink { get; init; } = 0.6;

    /// <summary>Part of half a picture that it is moved by at most.</summary>
    public double Shift { get; init; } = 0.2;

    public double FlipChance { get; init; } = 0.3;

    /// <summary>Factor of brightness to either side of 1.</summary>
    public double Brightness { get; init; } = 0.1;

    /// <param name="pictures">[B, 3, h, w], 0 to 255.</param>
    public Tensor Apply(TrainingStep step, Tensor pictures)
    {
        var batch = pictures.shape[0];
        var maps = new float[batch * 6];
        var light = new float[batch];
        for (var i = 0; i < batch; i++)
        {
            // From a pixel of the result to the source, in coordinates from -1 to 1.
            var scale = 1 / (Shrink + (1 - Shrink) * step.Random.NextDouble());
            var angle = Spread(step, Rotation) * Math.PI / 180;
            var flip = step.Random.NextDouble() < FlipChance ? -1 : 1;
            var (cos, sin) = (scale * Math.Cos(angle), scale * Math.Sin(angle));
            float[] map = [(float)(flip * cos), (float)(-flip * sin), (float)Spread(step, Shift), (float)sin, (float)cos, (float)Spread(step, Shift)];
            map.CopyTo(maps, i * 6);
            light[i] = (float)(1 + Spread(step, Brightness));
        }

        var grid = nn.functional.affine_grid(torch.tensor(maps, [batch, 2, 3]), [.. pictures.shape], align_corners: false);
        var moved = nn.functional.grid_sample(pictures, grid, padding_mode: GridSamplePaddingMode.Border, align_corners: false);
        return (moved * torch.tensor(light).reshape(-1, 1, 1, 1)).clamp(0, 255);
    }

    private static double Spread(TrainingStep step, double size) => size * (2 * step.Random.NextDouble() - 1);
}
