using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cafe.Embeddings.Values;

/// <summary>
/// The bytes of a cached embedding, little-endian: "CEMB", version (1), element type (1: fp16), rank, 0; each length as int32;
/// CRC-32C of all that precedes and of the elements; the elements.
/// </summary>
public static class EmbeddingCodec
{
    private const uint Magic = 0x424D4543; // "CEMB"
    private const byte Version = 1;
    private const byte Fp16 = 1;
    private const int MaxRank = 8;

    /// <summary>Length of the encoded form, in bytes.</summary>
    public static int Length(EmbeddingValue value) => HeaderLength(value.Shape.Count) + (value.Data.Length * sizeof(ushort));

    /// <summary>Encodes.</summary>
    public static byte[] Encode(EmbeddingValue value)
    {
        var bytes = new byte[Length(value)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        bytes[4] = Version;
        bytes[5] = Fp16;
        bytes[6] = checked((byte)value.Shape.Count);
        for (var i = 0; i < value.Shape.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8 + (4 * i)), value.Shape[i]);
        }

        var header = HeaderLength(value.Shape.Count);
        var data = bytes.AsSpan(header);
        MemoryMarshal.AsBytes(value.Data).CopyTo(data);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(header - 4), Checksum(bytes.AsSpan(0, header - 4), data));
        return bytes;
    }

    /// <summary>Decodes.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, cut, or of another version; the message says which.</exception>
    public static EmbeddingValue Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException("not a cached embedding");
        }

        if (bytes[4] != Version || bytes[5] != Fp16 || bytes[6] is 0 or > MaxRank)
        {
            throw new InvalidDataException($"version {bytes[4]}, element type {bytes[5]}, rank {bytes[6]}");
        }

        var header = HeaderLength(bytes[6]);
        if (bytes.Length < header)
        {
            throw new InvalidDataException($"cut at {bytes.Length} bytes");
        }

        var shape = new int[bytes[6]];
        var count = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(8 + (4 * i))..]);
            count = shape[i] < 1 || count > int.MaxValue ? -1 : count * shape[i];
        }

        var data = bytes[header..];
        if (count < 1 || count * sizeof(ushort) != data.Length)
        {
            throw new InvalidDataException($"{data.Length} bytes of elements for [{string.Join(", ", shape)}]");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[(header - 4)..]) != Checksum(bytes[..(header - 4)], data))
        {
            throw new InvalidDataException("the checksum differs");
        }

        return new EmbeddingValue(shape, MemoryMarshal.Cast<byte, Half>(data).ToArray());
    }

    private static int HeaderLength(int rank) => 8 + (4 * rank) + 4;

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data) => Append(Append(uint.MaxValue, header), data) ^ uint.MaxValue;

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
