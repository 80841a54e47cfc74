using System.Buffers.Binary;
using System.Text;

namespace Cafe.Training.Tests.Data;

/// <summary>The least font with one coloured bitmap: cmap format 12, CBLC with two strikes, CBDT format 17.</summary>
internal static class HandMadeFont
{
    public static byte[] Build(int codePoint, byte[] png)
    {
        var cmap = new Bytes().U16(0).U16(1).U16(3).U16(10).U32(12).U16(12).U16(0).U32(28).U32(0).U32(1).U32(codePoint).U32(codePoint).U32(1).Done;

        // The small strike's picture is one byte; the large strike's is the given one.
        var cbdt = new Bytes().U32(0x30000).Raw(new byte[5]).U32(1).Raw([9]).Raw(new byte[5]).U32(png.Length).Raw(png).Done;
        var cblc = new Bytes().U32(0x30000).U32(2);
        Strike(cblc, 8 + 96, 20);
        Strike(cblc, 8 + 96 + 20, 109);
        Sub(cblc, 4, 10);
        Sub(cblc, 14, 9 + png.Length);
        (string Tag, byte[] Data)[] tables = [("CBDT", cbdt), ("CBLC", cblc.Done), ("cmap", cmap)];
        var directory = new Bytes().U32(0x10000).U16(tables.Length).U16(0).U16(0).U16(0);
        var at = 12 + (16 * tables.Length);
        foreach (var (tag, data) in tables)
        {
            directory.Raw(Encoding.ASCII.GetBytes(tag)).U32(0).U32(at).U32(data.Length);
            at += data.Length;
        }

        return [.. directory.Done, .. tables.SelectMany(table => table.Data)];
    }

    private static void Strike(Bytes cblc, int arrays, byte pixels) =>
        cblc.U32(arrays).U32(20).U32(1).U32(0).Raw(new byte[24]).U16(1).U16(1).Raw([pixels, pixels, 32, 1]);

    private static void Sub(Bytes cblc, int from, int length) =>
        cblc.U16(1).U16(1).U32(8).U16(3).U16(17).U32(from).U16(0).U16(length);

    private sealed class Bytes
    {
        private readonly List<byte> _bytes = [];

        public byte[] Done => [.. _bytes];

        public Bytes Raw(byte[] bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }

        public Bytes U16(int value) => Raw([(byte)(value >> 8), (byte)value]);

        public Bytes U32(int value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            return Raw(bytes);
        }
    }
}
