using System.Buffers.Binary;

namespace Cafe.Imaging.Decoding;

/// <summary>The IHDR chunk, and the orientation where an eXIf chunk before the pixels gives one.</summary>
internal static class PngHeader
{
    public static PictureHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 33)
        {
            throw new ImageFormatException(ImageRefusal.Truncated, $"The PNG ends in its header, after {bytes.Length} bytes.");
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) != 13 || !bytes[12..16].SequenceEqual("IHDR"u8))
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, "The PNG does not begin with an IHDR chunk of 13 bytes.");
        }

        // Sides above int's range become int.MaxValue, which no limit lets pass.
        var width = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]));
        var height = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
        return new PictureHeader(PictureFormat.Png, width, height, Orientation(bytes[33..]));
    }

    private static int Orientation(ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= 12)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
            {
                break;
            }

            var kind = rest[4..8];
            if (kind.SequenceEqual("eXIf"u8))
            {
                return ExifOrientation.Read(rest.Slice(8, (int)length));
            }

            rest = rest[(12 + (int)length)..];
        }

        return ExifOrientation.Upright;
    }
}
