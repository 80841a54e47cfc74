namespace Cafe.Imaging.Decoding;

/// <summary>
/// Decodes JPEG (EXIF orientation, grey, CMYK), PNG (every colour type and depth, interlaced or not) and WebP. Colour
/// profiles are not applied, as the reference does not apply them. Of an animation the first frame is taken.
/// </summary>
public static class PictureDecoder
{
    /// <summary>Decodes to opaque RGB; transparent parts show the background.</summary>
    /// <param name="bytes">The encoded picture.</param>
    /// <param name="limits">Checked before anything of the picture's size is allocated.</param>
    /// <param name="background">What lies under transparent pixels; the reference uses white.</param>
    /// <exception cref="ImageFormatException">No picture, past a limit, truncated or contradictory: see its reason.</exception>
    public static Picture Decode(ReadOnlyMemory<byte> bytes, ImageLimits limits, Rgb background)
    {
        var pixels = DecodePixels(bytes, limits);
        return pixels.Channels == 3
            ? new Picture(pixels.Width, pixels.Height, pixels.Bytes)
            : new AlphaPicture(pixels.Width, pixels.Height, pixels.Bytes).Over(background);
    }

    /// <summary>Decodes with transparency; a picture that has none is opaque throughout.</summary>
    /// <param name="bytes">The encoded picture.</param>
    /// <param name="limits">Checked before anything of the picture's size is allocated.</param>
    /// <exception cref="ImageFormatException">No picture, past a limit, truncated or contradictory: see its reason.</exception>
    public static AlphaPicture DecodeWithAlpha(ReadOnlyMemory<byte> bytes, ImageLimits limits)
    {
        var pixels = DecodePixels(bytes, limits);
        if (pixels.Channels == 4)
        {
            return new AlphaPicture(pixels.Width, pixels.Height, pixels.Bytes);
        }

        var rgba = new byte[4L * pixels.Width * pixels.Height];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            rgba[to] = pixels.Bytes[from];
            rgba[to + 1] = pixels.Bytes[from + 1];
            rgba[to + 2] = pixels.Bytes[from + 2];
            rgba[to + 3] = 255;
        }

        return new AlphaPicture(pixels.Width, pixels.Height, rgba);
    }

    private static DecodedPixels DecodePixels(ReadOnlyMemory<byte> bytes, ImageLimits limits)
    {
        var header = PictureHeader.Read(bytes.Span, limits);
        var pixels = header.Format switch
        {
            PictureFormat.Png => PngDecoder.Decode(bytes.Span),
            PictureFormat.Jpeg or PictureFormat.Webp => SkiaDecoder.Decode(bytes, header),
            _ => throw new ArgumentOutOfRangeException(nameof(bytes), header.Format, "Unknown picture format."),
        };
        return ExifOrientation.Apply(pixels, header.Orientation);
    }
}
