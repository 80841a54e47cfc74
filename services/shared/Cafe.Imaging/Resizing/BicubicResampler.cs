using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cafe.Imaging.Resizing;

/// <summary>
/// Pillow's 8-bit convolution in two passes, rounded and clamped to bytes between them. Integer arithmetic throughout, so the
/// result is the reference's to the bit, on any processor. The horizontal pass comes first, over the rows that the vertical pass
/// will read, except where the height shrinks clearly more than the width: then the vertical pass does, as in Pillow since 13
/// (docs/decisions/0020-pictures.md).
/// </summary>
internal static class BicubicResampler
{
    /// <summary>How much more the height must shrink than the width for the vertical pass to come first.</summary>
    private const double VerticalFirstRatio = 1.1;

    private const int Half = 1 << (FilterBank.PrecisionBits - 1);

    /// <param name="source">[height, width, channels].</param>
    /// <param name="width">Columns of the source.</param>
    /// <param name="height">Rows of the source.</param>
    /// <param name="channels">3 or 4.</param>
    /// <param name="target">[targetHeight, targetWidth, channels].</param>
    /// <param name="targetWidth">Columns of the target.</param>
    /// <param name="targetHeight">Rows of the target.</param>
    public static void Resize(
        ReadOnlySpan<byte> source, int width, int height, int channels, Span<byte> target, int targetWidth, int targetHeight)
    {
        if (height == targetHeight)
        {
            Horizontal(source, width, height, channels, FilterBank.Bicubic(width, targetWidth), target, targetWidth);
            return;
        }

        var vertical = FilterBank.Bicubic(height, targetHeight);
        if (width == targetWidth)
        {
            Vertical(source, width * channels, 0, vertical, target, targetHeight);
            return;
        }

        if (targetHeight < height && (double)height / targetHeight > VerticalFirstRatio * width / targetWidth)
        {
            var shorter = ArrayPool<byte>.Shared.Rent(checked(targetHeight * width * channels));
            try
            {
                Vertical(source, width * channels, 0, vertical, shorter, targetHeight);
                Horizontal(shorter, width, targetHeight, channels, FilterBank.Bicubic(width, targetWidth), target, targetWidth);
                return;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(shorter);
            }
        }

        var firstRow = vertical.First[0];
        var rows = vertical.First[^1] + vertical.Count[^1] - firstRow;
        var between = ArrayPool<byte>.Shared.Rent(checked(rows * targetWidth * channels));
        try
        {
            Horizontal(
                source.Slice(firstRow * width * channels), width, rows, channels, FilterBank.Bicubic(width, targetWidth), between, targetWidth);
            Vertical(between, targetWidth * channels, firstRow, vertical, target, targetHeight);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(between);
        }
    }

    private static void Horizontal(
        ReadOnlySpan<byte> source, int width, int rows, int channels, FilterBank bank, Span<byte> target, int targetWidth)
    {
        // A row is widened once to four integers a pixel: each pixel is then one vector load for every tap that reads it.
        var widened = ArrayPool<int>.Shared.Rent(4 * width);
        try
        {
            for (var y = 0; y < rows; y++)
            {
                var input = source.Slice(y * width * channels, width * channels);
                if (channels == 3)
                {
                    for (int from = 0, to = 0; from < input.Length; from += 3, to += 4)
                    {
                        widened[to] = input[from];
                        widened[to + 1] = input[from + 1];
                        widened[to + 2] = input[from + 2];
                        widened[to + 3] = 0;
                    }
                }
                else
                {
                    for (var i = 0; i < input.Length; i++)
                    {
                        widened[i] = input[i];
                    }
                }

                ref var pixels = ref MemoryMarshal.GetArrayDataReference(widened);
                var output = target.Slice(y * targetWidth * channels, targetWidth * channels);
                for (int x = 0, at = 0; x < targetWidth; x++, at += channels)
                {
                    var weights = bank.Weights.AsSpan(x * bank.Taps, bank.Count[x]);
                    var sum = Vector128.Create(Half);
                    var offset = (nuint)(4 * bank.First[x]);
                    foreach (var weight in weights)
                    {
                        sum += Vector128.LoadUnsafe(ref pixels, offset) * weight;
                        offset += 4;
                    }

                    sum = Clamp(sum);
                    output[at] = (byte)sum.GetElement(0);
                    output[at + 1] = (byte)sum.GetElement(1);
                    output[at + 2] = (byte)sum.GetElement(2);
                    if (channels == 4)
                    {
                        output[at + 3] = (byte)sum.GetElement(3);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(widened);
        }
    }

    private static void Vertical(ReadOnlySpan<byte> source, int stride, int firstRow, FilterBank bank, Span<byte> target, int targetHeight)
    {
        for (var y = 0; y < targetHeight; y++)
        {
            var weights = bank.Weights.AsSpan(y * bank.Taps, bank.Count[y]);
            var input = source.Slice((bank.First[y] - firstRow) * stride, weights.Length * stride);
            var output = target.Slice(y * stride, stride);
            ref var first = ref MemoryMarshal.GetReference(input);
            var x = 0;
            for (; x <= stride - 16; x += 16)
            {
                var a = Vector128.Create(Half);
                var b = a;
                var c = a;
                var d = a;
                var offset = (nuint)x;
                foreach (var weight in weights)
                {
                    var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref first, offset));
                    var (lowLow, lowHigh) = Vector128.Widen(low);
                    var (highLow, highHigh) = Vector128.Widen(high);
                    a += lowLow.AsInt32() * weight;
                    b += lowHigh.AsInt32() * weight;
                    c += highLow.AsInt32() * weight;
                    d += highHigh.AsInt32() * weight;
                    offset += (nuint)stride;
                }

                var narrow = Vector128.Narrow(
                    Vector128.Narrow(Clamp(a), Clamp(b)).AsUInt16(), Vector128.Narrow(Clamp(c), Clamp(d)).AsUInt16());
                narrow.CopyTo(output[x..]);
            }

            for (; x < stride; x++)
            {
                var sum = Half;
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    sum += input[(tap * stride) + x] * weights[tap];
                }

                output[x] = (byte)Math.Clamp(sum >> FilterBank.PrecisionBits, 0, 255);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Clamp(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> FilterBank.PrecisionBits, Vector128<int>.Zero), Vector128.Create(255));
}
