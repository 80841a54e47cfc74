using System.Buffers.Binary;
using System.IO.Compression;

namespace Cafe.Imaging.Tests.Decoding;

/// <summary>PNGs put together chunk by chunk, for kinds that our encoder does not write.</summary>
internal static class HandMadePng
{
    public static byte[] Build(int width, int height, byte depth, byte type, byte[] rows, byte interlace = 0, params (string Kind, byte[] Data)[] before)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, type, interlace);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        // Two IDAT chunks, so that joining them is always exercised.
        var idat = compressed.ToArray();
        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR", header), .. before.SelectMany(chunk => Chunk(chunk.Kind, chunk.Data)),
            .. Chunk("IDAT", idat[..2]), .. Chunk("IDAT", idat[2..]), .. Chunk("IEND", []),
        ];
    }

    public static byte[] Chunk(string kind, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        System.Text.Encoding.ASCII.GetBytes(kind, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Append(0, chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
