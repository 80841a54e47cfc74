namespace Cafe.Imaging.Decoding;

/// <summary>What a picture says of itself, read without decoding it.</summary>
/// <param name="Format">The encoding, by its signature.</param>
/// <param name="Width">Stored columns, before the orientation is applied.</param>
/// <param name="Height">Stored rows, before the orientation is applied.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8; 1 is upright.</param>
public sealed record PictureHeader(PictureFormat Format, int Width, int Height, int Orientation)
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a header and holds it to the limits. Allocates nothing of the picture's size.</summary>
    /// <exception cref="ImageFormatException">No picture, or one past a limit.</exception>
    public static PictureHeader Read(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (bytes.IsEmpty)
        {
            throw new ImageFormatException(ImageRefusal.Empty, "The picture has no bytes.");
        }

        limits.CheckBytes(bytes.Length);
        var header = bytes.StartsWith(PngSignature) ? PngHeader.Read(bytes)
            : bytes.Length >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF ? JpegHeader.Read(bytes)
            : bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..12].SequenceEqual("WEBP"u8) ? WebpHeader.Read(bytes)
            : throw Unknown(bytes);
        limits.CheckSize(header.Width, header.Height);
        return header;
    }

    private static ImageFormatException Unknown(ReadOnlySpan<byte> bytes)
    {
        var kind = bytes.StartsWith("GIF8"u8) ? "a GIF"
            : bytes.StartsWith("BM"u8) ? "a BMP"
            : bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) ? "a TIFF"
            : bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8) ? "an AVIF or HEIC"
            : bytes.Length < 12 ? $"{bytes.Length} bytes long"
            : "no picture";
        return new ImageFormatException(ImageRefusal.UnknownFormat, $"Only JPEG, PNG and WebP pictures are read; this is {kind}.");
    }
}
