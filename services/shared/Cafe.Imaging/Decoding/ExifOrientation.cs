using System.Buffers.Binary;

namespace Cafe.Imaging.Decoding;

/// <summary>
/// EXIF's orientation tag (0x0112), and turning pixels by it. Broken EXIF is no reason to refuse a picture: anything
/// unreadable is taken as upright, as browsers and the reference do.
/// </summary>
internal static class ExifOrientation
{
    public const int Upright = 1;

    /// <param name="tiff">From the byte order mark ("II" or "MM") on.</param>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
        {
            return Upright;
        }

        var little = tiff.StartsWith("II"u8);
        if (!little && !tiff.StartsWith("MM"u8))
        {
            return Upright;
        }

        var directory = UInt32(tiff[4..], little);
        if (directory > tiff.Length - 2)
        {
            return Upright;
        }

        var entries = tiff[(int)directory..];
        int count = UInt16(entries, little);
        entries = entries[2..];
        for (var i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            const int shortType = 3;
            if (UInt16(entries, little) == 0x0112 && UInt16(entries[2..], little) == shortType)
            {
                int value = UInt16(entries[8..], little);
                return value is >= 1 and <= 8 ? value : Upright;
            }
        }

        return Upright;
    }

    /// <summary>Pixels as they are to be looked at.</summary>
    /// <param name="pixels">The stored pixels.</param>
    /// <param name="orientation">1 to 8.</param>
    public static DecodedPixels Apply(DecodedPixels pixels, int orientation)
    {
        if (orientation == Upright)
        {
            return pixels;
        }

        var (width, height, channels) = (pixels.Width, pixels.Height, pixels.Channels);
        var swapped = orientation >= 5;
        var (outWidth, outHeight) = swapped ? (height, width) : (width, height);
        var turned = new byte[pixels.Bytes.Length];
        for (var y = 0; y < outHeight; y++)
        {
            for (var x = 0; x < outWidth; x++)
            {
                var (fromX, fromY) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, height - 1 - x),
                    7 => (width - 1 - y, height - 1 - x),
                    8 => (width - 1 - y, x),
                    _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "An EXIF orientation is 1 to 8."),
                };
                var from = channels * ((fromY * width) + fromX);
                var to = channels * ((y * outWidth) + x);
                for (var channel = 0; channel < channels; channel++)
                {
                    turned[to + channel] = pixels.Bytes[from + channel];
                }
            }
        }

        return new DecodedPixels(outWidth, outHeight, channels, turned);
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
