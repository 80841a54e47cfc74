using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cafe.Imaging.Tensors;

/// <summary>Between interleaved bytes and planes of floats, a row at a time.</summary>
internal static class PixelTensors
{
    /// <summary>[height, width, 3] bytes to [3, height, width] of (value / 255 - mean) / deviation.</summary>
    public static void FromRgb(ReadOnlySpan<byte> rgb, int width, int height, PixelNormalization normalization, Span<float> chw)
    {
        var plane = CheckedPlane(chw.Length, width, height);
        Span<float> table = stackalloc float[256];
        for (var channel = 0; channel < 3; channel++)
        {
            // 256 possible values: the division happens once for each, exactly as the reference rounds it.
            var (mean, deviation) = (normalization.Mean[channel], normalization.Deviation[channel]);
            for (var value = 0; value < 256; value++)
            {
                table[value] = ((value / 255f) - mean) / deviation;
            }

            var output = chw.Slice(channel * plane, plane);
            ref var first = ref MemoryMarshal.GetReference(table);
            for (int i = 0, at = channel; i < output.Length; i++, at += 3)
            {
                output[i] = Unsafe.Add(ref first, rgb[at]);
            }
        }
    }

    /// <summary>[3, height, width] of [-1, 1] to [height, width, 3] bytes.</summary>
    public static void ToRgb(ReadOnlySpan<float> chw, int width, int height, Span<byte> rgb)
    {
        var plane = CheckedPlane(chw.Length, width, height);
        var row = ArrayPool<int>.Shared.Rent(width);
        try
        {
            var lanes = Vector<float>.Count;
            for (var channel = 0; channel < 3; channel++)
            {
                for (var y = 0; y < height; y++)
                {
                    var input = chw.Slice((channel * plane) + (y * width), width);
                    var x = 0;
                    for (; x <= width - lanes; x += lanes)
                    {
                        var value = new Vector<float>(input[x..]);
                        if (Vector.EqualsAll(value, value))
                        {
                            var scaled = Vector.Min(Vector.Max((value + Vector<float>.One) * 127.5f, Vector<float>.Zero), new Vector<float>(255f));
                            Vector.ConvertToInt32(Vector.Round(scaled)).CopyTo(row.AsSpan(x));
                        }
                        else
                        {
                            throw NotANumber(channel, y);
                        }
                    }

                    for (; x < width; x++)
                    {
                        row[x] = float.IsNaN(input[x]) ? throw NotANumber(channel, y) : (int)MathF.Round(Math.Clamp((input[x] + 1f) * 127.5f, 0f, 255f));
                    }

                    for (int i = 0, at = (3 * y * width) + channel; i < width; i++, at += 3)
                    {
                        rgb[at] = (byte)row[i];
                    }
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(row);
        }
    }

    private static int CheckedPlane(int length, int width, int height)
    {
        var plane = checked(width * height);
        return length == checked(3 * plane)
            ? plane
            : throw new ArgumentException($"{width}x{height} pixels need {3 * plane} values, not {length}.", nameof(length));
    }

    private static ArgumentException NotANumber(int channel, int row) =>
        new($"A value of channel {channel}, row {row} is not a number.", "chw");
}
