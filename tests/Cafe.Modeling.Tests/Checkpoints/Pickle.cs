using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Cafe.Modeling.Tests.Checkpoints;

/// <summary>Writes pickles instruction by instruction, and the archives that PyTorch keeps them in.</summary>
internal sealed class Pickle
{
    private readonly MemoryStream bytes = new();

    public Pickle(int protocol = 2) => Raw(0x80, (byte)protocol);

    public static Pickle Empty => new Pickle().Raw('}');

    public Pickle Raw(params ReadOnlySpan<byte> opcodes)
    {
        bytes.Write(opcodes);
        return this;
    }

    public Pickle Raw(char opcode) => Raw((byte)opcode);

    public Pickle Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw('X').Raw(length).Raw(utf8);
    }

    public Pickle Int(long value)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        return Raw(0x8a, 8).Raw(number);
    }

    public Pickle Global(string module, string name) => Raw('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public Pickle Tuple(params long[] items)
    {
        Raw('(');
        foreach (var item in items)
        {
            Int(item);
        }

        return Raw('t');
    }

    /// <summary>Pushes a tensor over a storage of floats.</summary>
    public Pickle Tensor(string key, long count, long offset, long[] shape, long[] strides, string storage = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Raw('(')
            .Raw('(').Text("storage").Global("torch", storage).Text(key).Text("cpu").Int(count).Raw('t').Raw('Q')
            .Int(offset).Tuple(shape).Tuple(strides).Raw(0x89).Global("collections", "OrderedDict").Raw(')').Raw('R')
            .Raw('t').Raw('R');

    /// <summary>Sets an item of the dict below: key, then what <paramref name="value"/> pushes.</summary>
    public Pickle Item(string key, Func<Pickle, Pickle> value) => value(Text(key)).Raw('s');

    public byte[] Stop() => Raw('.').bytes.ToArray();

    /// <summary>The archive of a pickle and its storages.</summary>
    public static byte[] Archive(byte[] pickle, params (string Name, byte[] Data)[] entries)
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, data) in entries.Prepend(("archive/data.pkl", pickle)))
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(data);
            }
        }

        return archive.ToArray();
    }

    public static byte[] Floats(int count) => [.. Enumerable.Range(0, count).SelectMany(value => BitConverter.GetBytes((float)value))];
}
