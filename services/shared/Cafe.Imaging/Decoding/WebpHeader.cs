using System.Buffers.Binary;

namespace Cafe.Imaging.Decoding;

/// <summary>The first chunk of a WebP (VP8, VP8L or VP8X) and the orientation from its EXIF chunk.</summary>
internal static class WebpHeader
{
    public static PictureHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30)
        {
            throw new ImageFormatException(ImageRefusal.Truncated, $"The WebP ends in its header, after {bytes.Length} bytes.");
        }

        var claimed = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 8L;
        if (claimed > bytes.Length)
        {
            throw new ImageFormatException(ImageRefusal.Truncated, $"The WebP says it has {claimed} bytes, but has {bytes.Length}.");
        }

        var kind = bytes[12..16];
        var body = bytes[20..];
        if (kind.SequenceEqual("VP8X"u8))
        {
            return new PictureHeader(PictureFormat.Webp, 1 + UInt24(body[4..]), 1 + UInt24(body[7..]), Orientation(bytes[12..]));
        }

        if (kind.SequenceEqual("VP8L"u8))
        {
            if (body[0] != 0x2F)
            {
                throw new ImageFormatException(ImageRefusal.Corrupt, $"The lossless WebP begins with {body[0]:X2}, not with its signature 2F.");
            }

            var sizes = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return new PictureHeader(
                PictureFormat.Webp, 1 + (int)(sizes & 0x3FFF), 1 + (int)((sizes >> 14) & 0x3FFF), ExifOrientation.Upright);
        }

        if (kind.SequenceEqual("VP8 "u8))
        {
            if (!body[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A]))
            {
                throw new ImageFormatException(ImageRefusal.Corrupt, "The WebP's key frame has no start code.");
            }

            return new PictureHeader(
                PictureFormat.Webp,
                BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF,
                ExifOrientation.Upright);
        }

        throw new ImageFormatException(ImageRefusal.Corrupt, "The WebP begins with no VP8, VP8L or VP8X chunk.");
    }

    private static int Orientation(ReadOnlySpan<byte> chunks)
    {
        while (chunks.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunks[4..]);
            if (length > chunks.Length - 8)
            {
                break;
            }

            var body = chunks.Slice(8, (int)length);
            if (chunks[..4].SequenceEqual("EXIF"u8))
            {
                return ExifOrientation.Read(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);
            }

            var step = 8 + (int)length + ((int)length & 1);
            if (step > chunks.Length)
            {
                break;
            }

            chunks = chunks[step..];
        }

        return ExifOrientation.Upright;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
