using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Cafe.Imaging.Decoding;

/// <summary>
/// PNG in managed code: exact 16-bit and palette handling, checksums of every critical chunk, and a file that ends early is
/// told from one that is wrong.
/// </summary>
internal static class PngDecoder
{
    // Adam7: first column, first row, column step, row step of each pass.
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <param name="bytes">A PNG whose header has been held to the limits.</param>
    public static DecodedPixels Decode(ReadOnlySpan<byte> bytes)
    {
        var header = Chunk(bytes, 8, out var at);
        var width = (int)BinaryPrimitives.ReadUInt32BigEndian(header);
        var height = (int)BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        var colour = new PngColour(header[9], header[8]);
        if (header[10] != 0 || header[11] != 0 || header[12] > 1)
        {
            throw Corrupt($"The PNG has compression {header[10]}, filter {header[11]}, interlace {header[12]}; the format allows 0, 0, 0 or 1.");
        }

        var compressed = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            var length = Gather(bytes, at, colour, compressed);
            using var stream = new ZLibStream(new MemoryStream(compressed, 0, length, writable: false), CompressionMode.Decompress);
            var pixels = new byte[(long)width * height * colour.Channels];
            if (header[12] == 0)
            {
                ReadPass(stream, colour, pixels, width, height, (0, 0, 1, 1));
            }
            else
            {
                foreach (var pass in Passes)
                {
                    ReadPass(stream, colour, pixels, width, height, pass);
                }
            }

            return new DecodedPixels(width, height, colour.Channels, pixels);
        }
        catch (InvalidDataException broken)
        {
            throw new ImageFormatException(ImageRefusal.Corrupt, "The PNG's pixels are not a valid compressed stream.", broken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    /// <summary>Walks the chunks after IHDR: palette and transparency to the colour, pixel data joined; returns its length.</summary>
    private static int Gather(ReadOnlySpan<byte> bytes, int at, PngColour colour, Span<byte> compressed)
    {
        var length = 0;
        while (true)
        {
            var start = at;
            var data = Chunk(bytes, start, out at);
            var kind = bytes.Slice(start + 4, 4);
            if (kind.SequenceEqual("IDAT"u8))
            {
                data.CopyTo(compressed[length..]);
                length += data.Length;
            }
            else if (kind.SequenceEqual("IEND"u8))
            {
                return length == 0 ? throw Corrupt("The PNG has no pixel data.")
                    : colour.NeedsPalette ? throw Corrupt("The PNG has palette colours but no palette.")
                    : length;
            }
            else if (kind.SequenceEqual("PLTE"u8))
            {
                colour.SetPalette(data);
            }
            else if (kind.SequenceEqual("tRNS"u8))
            {
                colour.SetTransparency(data);
            }
            else if ((kind[0] & 0x20) == 0)
            {
                throw Corrupt($"The PNG has an unknown critical chunk at byte {start}.");
            }
        }
    }

    /// <summary>The data of the chunk at a position; its checksum must agree.</summary>
    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> bytes, int at, out int next)
    {
        if (at + 12 > bytes.Length)
        {
            throw Truncated($"The PNG ends after {bytes.Length} bytes, before its IEND chunk.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        if (length > bytes.Length - at - 12)
        {
            throw Truncated($"The PNG's chunk at byte {at} says {length} bytes, but {bytes.Length - at - 12} are left.");
        }

        var data = bytes.Slice(at + 8, (int)length);
        next = at + 12 + (int)length;
        var critical = (bytes[at + 4] & 0x20) == 0;
        if (critical && Crc32.Append(0, bytes.Slice(at + 4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(next - 4)..]))
        {
            throw Corrupt($"The checksum of the PNG's chunk at byte {at} is wrong.");
        }

        return data;
    }

    private static void ReadPass(
        Stream stream, PngColour colour, byte[] pixels, int width, int height, (int X, int Y, int StepX, int StepY) pass)
    {
        var columns = (width - pass.X + pass.StepX - 1) / pass.StepX;
        if (width <= pass.X || height <= pass.Y)
        {
            return;
        }

        var rowBytes = (int)((((long)columns * colour.BitsPerPixel) + 7) / 8);
        var pixelBytes = Math.Max(1, colour.BitsPerPixel / 8);
        var above = ArrayPool<byte>.Shared.Rent(rowBytes + 1);
        var row = ArrayPool<byte>.Shared.Rent(rowBytes + 1);
        try
        {
            above.AsSpan(0, rowBytes + 1).Clear();
            for (var y = pass.Y; y < height; y += pass.StepY)
            {
                if (stream.ReadAtLeast(row.AsSpan(0, rowBytes + 1), rowBytes + 1, throwOnEndOfStream: false) <= rowBytes)
                {
                    throw Truncated($"The PNG's pixels end in row {y} of {height}.");
                }

                PngFilter.Restore(row[0], row.AsSpan(1, rowBytes), above.AsSpan(1, rowBytes), pixelBytes);
                colour.Expand(
                    row.AsSpan(1, rowBytes), columns, pixels.AsSpan(y * width * colour.Channels, width * colour.Channels), pass.X, pass.StepX);
                (row, above) = (above, row);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(above);
            ArrayPool<byte>.Shared.Return(row);
        }
    }

    private static ImageFormatException Truncated(string message) => new(ImageRefusal.Truncated, message);

    private static ImageFormatException Corrupt(string message) => new(ImageRefusal.Corrupt, message);
}
