using System.Buffers.Binary;

namespace Cafe.Imaging.Decoding;

/// <summary>Walks a JPEG's marker segments up to the frame header (SOF), past EXIF's APP1.</summary>
internal static class JpegHeader
{
    public static PictureHeader Read(ReadOnlySpan<byte> bytes)
    {
        var orientation = ExifOrientation.Upright;
        var at = 2;
        while (true)
        {
            // A marker may be preceded by any number of fill bytes 0xFF.
            if (at >= bytes.Length)
            {
                throw Truncated(bytes.Length);
            }

            if (bytes[at] != 0xFF)
            {
                throw new ImageFormatException(ImageRefusal.Corrupt, $"The JPEG has no marker at byte {at}.");
            }

            while (at < bytes.Length && bytes[at] == 0xFF)
            {
                at++;
            }

            if (at + 3 > bytes.Length)
            {
                throw Truncated(bytes.Length);
            }

            var marker = bytes[at++];
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                continue;
            }

            if (marker is 0xD8 or 0xD9 or 0xDA or 0x00)
            {
                throw new ImageFormatException(ImageRefusal.Corrupt, $"The JPEG has marker {marker:X2} before any frame header.");
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (length < 2)
            {
                throw new ImageFormatException(ImageRefusal.Corrupt, $"The JPEG's segment {marker:X2} at byte {at} has length {length}; the least is 2.");
            }

            if (at + length > bytes.Length)
            {
                throw Truncated(bytes.Length);
            }

            var segment = bytes.Slice(at + 2, length - 2);
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
            {
                return Frame(marker, segment, orientation);
            }

            if (marker == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                orientation = ExifOrientation.Read(segment[6..]);
            }

            at += length;
        }
    }

    private static PictureHeader Frame(byte marker, ReadOnlySpan<byte> segment, int orientation)
    {
        if (segment.Length < 6)
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, $"The JPEG's frame header has {segment.Length} bytes; the least is 6.");
        }

        if (marker is not (0xC0 or 0xC1 or 0xC2))
        {
            throw new ImageFormatException(ImageRefusal.Unsupported, $"The JPEG is coded as SOF{marker - 0xC0}; baseline and progressive Huffman coding are read.");
        }

        if (segment[0] != 8)
        {
            throw new ImageFormatException(ImageRefusal.Unsupported, $"The JPEG has {segment[0]} bits a sample; 8 are read.");
        }

        return new PictureHeader(
            PictureFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), orientation);
    }

    private static ImageFormatException Truncated(int length) =>
        new(ImageRefusal.Truncated, $"The JPEG ends after {length} bytes, before its frame header is complete.");
}
