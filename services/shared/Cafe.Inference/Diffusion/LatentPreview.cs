using Cafe.Inference.Samplers;

namespace Cafe.Inference.Diffusion;

/// <summary>
/// Colours straight from latents, a thousand times cheaper than the autoencoder: each colour a weighted sum of the latent channels.
/// The weights are fitted to the pack's own autoencoder, once, on a picture of smooth noise.
/// </summary>
public sealed class LatentPreview
{
    // Cells of a patch of equal noise: the decoder's colours follow areas rather than single cells.
    private const int Patch = 4;
    private readonly int _channels;
    private readonly double[,] _weights;

    private LatentPreview(int channels, double[,] weights) => (_channels, _weights) = (channels, weights);

    /// <summary>Fits the weights by least squares.</summary>
    /// <param name="channels">Of the latents.</param>
    /// <param name="height">Of the latents to fit on.</param>
    /// <param name="width">Likewise.</param>
    /// <param name="decode">Latents [channels, height, width] to [3, height x k, width x k].</param>
    public static LatentPreview Fit(int channels, int height, int width, Func<float[], float[]> decode)
    {
        var latents = SmoothNoise(channels, height, width);
        var colours = Shrink(decode(latents), height, width);
        var (plane, terms) = (height * width, channels + 1);

        // Normal equations over [channels, 1]; a little is added to the diagonal so that they always have a solution.
        var left = new double[terms, terms];
        var right = new double[terms, 3];
        for (var cell = 0; cell < plane; cell++)
        {
            for (var i = 0; i < terms; i++)
            {
                var value = i < channels ? latents[(i * plane) + cell] : 1.0;
                for (var j = 0; j < terms; j++)
                {
                    left[i, j] += value * (j < channels ? latents[(j * plane) + cell] : 1.0);
                }

                for (var colour = 0; colour < 3; colour++)
                {
                    right[i, colour] += value * colours[(colour * plane) + cell];
                }
            }
        }

        for (var i = 0; i < terms; i++)
        {
            left[i, i] += 1e-3 * plane;
        }

        return new LatentPreview(channels, Solve(left, right));
    }

    /// <summary>Latents [channels, cells] in the sampler's scale to [3, cells] of about -1 to 1.</summary>
    public float[] Colours(ReadOnlySpan<float> latents)
    {
        var plane = latents.Length / _channels;
        var colours = new float[3 * plane];
        for (var colour = 0; colour < 3; colour++)
        {
            for (var cell = 0; cell < plane; cell++)
            {
                var sum = _weights[_channels, colour];
                for (var channel = 0; channel < _channels; channel++)
                {
                    sum += _weights[channel, colour] * latents[(channel * plane) + cell];
                }

                colours[(colour * plane) + cell] = (float)Math.Clamp(sum, -1, 1);
            }
        }

        return colours;
    }

    private static float[] SmoothNoise(int channels, int height, int width)
    {
        var (rows, columns) = ((height + Patch - 1) / Patch, (width + Patch - 1) / Patch);
        var coarse = new float[channels * rows * columns];
        SeededNoise.Fill(0, coarse);
        var noise = new float[channels * height * width];
        for (var i = 0; i < noise.Length; i++)
        {
            var (channel, cell) = (i / (height * width), i % (height * width));
            noise[i] = coarse[(((channel * rows) + (cell / width / Patch)) * columns) + (cell % width / Patch)];
        }

        return noise;
    }

    // The mean colour of the pixels of each cell.
    private static float[] Shrink(float[] pixels, int height, int width)
    {
        var scale = (int)Math.Sqrt(pixels.Length / (3.0 * height * width));
        var colours = new float[3 * height * width];
        for (var i = 0; i < colours.Length; i++)
        {
            var (row, column) = (i / width, i % width); // row counts through the colours
            var sum = 0f;
            for (var y = 0; y < scale; y++)
            {
                for (var x = 0; x < scale; x++)
                {
                    sum += pixels[(((row * scale) + y) * width * scale) + (column * scale) + x];
                }
            }

            colours[i] = sum / (scale * scale);
        }

        return colours;
    }

    // Gaussian elimination; the matrix is positive definite, so that no pivot is 0.
    private static double[,] Solve(double[,] left, double[,] right)
    {
        var n = left.GetLength(0);
        for (var pivot = 0; pivot < n; pivot++)
        {
            for (var row = 0; row < n; row++)
            {
                if (row == pivot)
                {
                    continue;
                }

                var factor = left[row, pivot] / left[pivot, pivot];
                for (var column = pivot; column < n; column++)
                {
                    left[row, column] -= factor * left[pivot, column];
                }

                for (var colour = 0; colour < 3; colour++)
                {
                    right[row, colour] -= factor * right[pivot, colour];
                }
            }
        }

        for (var row = 0; row < n; row++)
        {
            for (var colour = 0; colour < 3; colour++)
            {
                right[row, colour] /= left[row, row];
            }
        }

        return right;
    }
}
