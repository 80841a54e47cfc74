using System.Buffers.Binary;
using SkiaSharp;

namespace Cafe.Imaging.Encoding;

/// <summary>Baseline JPEG.</summary>
public static class JpegEncoder
{
    private const int MaxComment = 65533;

    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">The pixels; at most 65500 a side.</param>
    /// <param name="quality">1 (smallest) to 100 (best).</param>
    /// <param name="text">Optional metadata, each written as a comment segment "key: value" in UTF-8, cut at 65533 bytes.</param>
    public static byte[] Encode(Picture picture, int quality = 92, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var rgba = new byte[4L * picture.Width * picture.Height];
        var rgb = picture.Rgb;
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgba[to] = rgb[from];
            rgba[to + 1] = rgb[from + 1];
            rgba[to + 2] = rgb[from + 2];
            rgba[to + 3] = 255;
        }

        using var data = Encode(rgba, picture, quality)
            ?? throw new InvalidOperationException($"A picture of {picture.Width}x{picture.Height} could not be encoded as JPEG.");
        return text is null || text.Count == 0 ? data.ToArray() : WithComments(data.AsSpan(), text);
    }

    private static unsafe SKData? Encode(byte[] rgba, Picture picture, int quality)
    {
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(
                new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels, picture.Width * 4);
            return pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore));
        }
    }

    private static byte[] WithComments(ReadOnlySpan<byte> jpeg, IReadOnlyDictionary<string, string> text)
    {
        using var output = new MemoryStream(jpeg.Length + 1024);
        output.Write(jpeg[..2]);

        // JFIF's APP0 must stay the first segment.
        var rest = 2;
        if (jpeg[2] == 0xFF && jpeg[3] == 0xE0)
        {
            rest += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[4..]);
            output.Write(jpeg[2..rest]);
        }

        Span<byte> head = [0xFF, 0xFE, 0, 0];
        foreach (var (key, value) in text)
        {
            var comment = System.Text.Encoding.UTF8.GetBytes($"{key}: {value}").AsSpan();
            comment = comment[..Math.Min(comment.Length, MaxComment)];
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(comment.Length + 2));
            output.Write(head);
            output.Write(comment);
        }

        output.Write(jpeg[rest..]);
        return output.ToArray();
    }
}
