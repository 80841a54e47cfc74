using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Cafe.Imaging.Encoding;

/// <summary>8-bit RGB or RGBA PNG, each row with the filter that looks cheapest.</summary>
public static class PngEncoder
{
    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">The pixels.</param>
    /// <param name="text">
    /// Optional metadata: keyword (1 to 79 printable Latin-1 characters) to text of any length, written as iTXt chunks.
    /// </param>
    public static byte[] Encode(Picture picture, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Encode(picture.Rgb, picture.Width, picture.Height, 3, text);
    }

    /// <summary>Encodes a picture with its transparency.</summary>
    /// <param name="picture">The pixels.</param>
    /// <param name="text">Optional metadata, as above.</param>
    public static byte[] Encode(AlphaPicture picture, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Encode(picture.Rgba, picture.Width, picture.Height, 4, text);
    }

    private static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels, IReadOnlyDictionary<string, string>? text)
    {
        using var output = new MemoryStream();
        output.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 3 ? 2 : 6);
        header[10..].Clear();
        WriteChunk(output, "IHDR"u8, header);
        foreach (var (keyword, value) in text ?? new Dictionary<string, string>())
        {
            WriteChunk(output, "iTXt"u8, Text(keyword, value));
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            WriteRows(zlib, pixels, width * channels, height, channels);
        }

        WriteChunk(output, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    private static void WriteRows(Stream zlib, ReadOnlySpan<byte> pixels, int rowBytes, int height, int channels)
    {
        var rented = ArrayPool<byte>.Shared.Rent(3 * (rowBytes + 1));
        try
        {
            var zeros = rented.AsSpan(0, rowBytes);
            zeros.Clear();
            var candidate = rented.AsSpan(rowBytes, rowBytes + 1);
            var best = rented.AsSpan((2 * rowBytes) + 1, rowBytes + 1);
            for (var y = 0; y < height; y++)
            {
                var row = pixels.Slice(y * rowBytes, rowBytes);
                var above = y == 0 ? zeros : pixels.Slice((y - 1) * rowBytes, rowBytes);
                var least = int.MaxValue;
                for (var type = 0; type < PngFilter.Types; type++)
                {
                    candidate[0] = (byte)type;
                    var cost = PngFilter.Apply(type, row, above, channels, candidate[1..]);
                    if (cost < least)
                    {
                        least = cost;
                        var spare = best;
                        best = candidate;
                        candidate = spare;
                    }
                }

                zlib.Write(best);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static byte[] Text(string keyword, string value)
    {
        if (keyword.Length is 0 or > 79 || keyword.Any(letter => letter is < ' ' or (> '~' and < '\u00A1') or > '\u00FF'))
        {
            throw new ArgumentException($"A PNG keyword has 1 to 79 printable Latin-1 characters, not '{keyword}'.", nameof(keyword));
        }

        // Keyword, its end, not compressed, method 0, no language, no translated keyword, then UTF-8.
        return [.. System.Text.Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. System.Text.Encoding.UTF8.GetBytes(value)];
    }

    private static void WriteChunk(Stream output, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(kind);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, kind), data));
        output.Write(number);
    }
}
