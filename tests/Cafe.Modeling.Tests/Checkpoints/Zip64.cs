using System.Buffers.Binary;
using System.Text;

namespace Cafe.Modeling.Tests.Checkpoints;

/// <summary>
/// A stored archive whose every length and offset is in the 64-bit fields, as those of shards past 4 GB are. Written by hand: no library writes
/// them for small files.
/// </summary>
internal static class Zip64
{
    public static byte[] Archive(params IReadOnlyList<(string Name, byte[] Data)> entries)
    {
        var file = new MemoryStream();
        var directory = new MemoryStream();
        foreach (var (name, data) in entries)
        {
            var offset = file.Length;
            var text = Encoding.UTF8.GetBytes(name);
            Write(file, 0x04034b50u, (ushort)45, (ushort)0, (ushort)0, 0u, 0u, uint.MaxValue, uint.MaxValue, (ushort)text.Length, (ushort)20);
            file.Write(text);
            Write(file, (ushort)1, (ushort)16, (ulong)data.Length, (ulong)data.Length);
            file.Write(data);

            Write(directory, 0x02014b50u, (ushort)45, (ushort)45, (ushort)0, (ushort)0, 0u, 0u, uint.MaxValue, uint.MaxValue, (ushort)text.Length, (ushort)33);
            Write(directory, (ushort)0, (ushort)0, (ushort)0, 0u, uint.MaxValue);
            directory.Write(text);

            // A field of another kind before it is skipped.
            Write(directory, (ushort)0x5455, (ushort)1);
            directory.WriteByte(7);
            Write(directory, (ushort)1, (ushort)24, (ulong)data.Length, (ulong)data.Length, (ulong)offset);
        }

        var start = file.Length;
        directory.WriteTo(file);
        var end = file.Length;
        Write(file, 0x06064b50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)entries.Count, (ulong)entries.Count, (ulong)directory.Length, (ulong)start);
        Write(file, 0x07064b50u, 0u, (ulong)end, 1u);
        Write(file, 0x06054b50u, (ushort)0, (ushort)0, ushort.MaxValue, ushort.MaxValue, uint.MaxValue, uint.MaxValue, (ushort)0);
        return file.ToArray();
    }

    private static void Write(Stream stream, params ReadOnlySpan<object> fields)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var field in fields)
        {
            var length = field switch { ushort => 2, uint => 4, ulong => 8, _ => throw new ArgumentException($"{field.GetType()} is no field of an archive.", nameof(fields)) };
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Convert.ToUInt64(field));
            stream.Write(bytes[..length]);
        }
    }
}
