using SkiaSharp;

namespace Cafe.Imaging.Decoding;

/// <summary>JPEG and WebP through Skia (libjpeg-turbo, libwebp), which must agree with the header and decode every row.</summary>
internal static class SkiaDecoder
{
    public static DecodedPixels Decode(ReadOnlyMemory<byte> bytes, PictureHeader header)
    {
        if (header.Format == PictureFormat.Jpeg)
        {
            JpegScanCheck.Check(bytes.Span);
        }

        using var pin = bytes.Pin();
        using var data = Wrap(pin, bytes.Length);
        using var codec = SKCodec.Create(new SKMemoryStream(data), out var opened)
            ?? throw Refused(header, opened, "could not be opened");
        var info = codec.Info;
        if (info.Width != header.Width || info.Height != header.Height)
        {
            throw new ImageFormatException(
                ImageRefusal.Corrupt,
                $"The {header.Format} header says {header.Width}x{header.Height} pixels, but its frame has {info.Width}x{info.Height}.");
        }

        // No colour space: the stored values are wanted, as the reference reads them.
        var wanted = new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        var opaque = info.AlphaType == SKAlphaType.Opaque;
        var rgba = new byte[4L * info.Width * info.Height];
        SKCodecResult result;
        unsafe
        {
            fixed (byte* pixels = rgba)
            {
                result = codec.GetPixels(wanted, (nint)pixels);
            }
        }

        return result != SKCodecResult.Success
            ? throw Refused(header, result, "could not be decoded")
            : new DecodedPixels(info.Width, info.Height, opaque ? 3 : 4, opaque ? DropAlpha(rgba) : rgba);
    }

    private static unsafe SKData Wrap(System.Buffers.MemoryHandle pin, int length) => SKData.Create((nint)pin.Pointer, length);

    private static byte[] DropAlpha(byte[] rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }

        return rgb;
    }

    private static ImageFormatException Refused(PictureHeader header, SKCodecResult result, string what) => result switch
    {
        SKCodecResult.IncompleteInput => new ImageFormatException(ImageRefusal.Truncated, $"The {header.Format} ends before its {header.Width}x{header.Height} pixels do."),
        SKCodecResult.Unimplemented or SKCodecResult.InvalidConversion => new ImageFormatException(ImageRefusal.Unsupported, $"This kind of {header.Format} is not read."),
        _ => new ImageFormatException(ImageRefusal.Corrupt, $"The {header.Format} {what} ({result})."),
    };
}
