using System.Buffers.Binary;
using System.IO.Compression;

namespace Cafe.Modeling.Building;

/// <summary>Writes RGB pixels as a PNG. Packs are built without the imaging library; this is all they need of it.</summary>
internal static class PlainPng
{
    /// <param name="pixels">Rows of red, green, blue.</param>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels)
    {
        var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits of a sample
        header[9] = 2; // RGB
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, Compress(width * 3, pixels));
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Compress(int rowBytes, ReadOnlySpan<byte> pixels)
    {
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (; pixels.Length > 0; pixels = pixels[rowBytes..])
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(pixels[..rowBytes]);
            }
        }

        return data.ToArray();
    }

    private static void Chunk(Stream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(type, uint.MaxValue)));
        png.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return crc;
    }
}
