using System.Runtime.InteropServices;
using Cafe.Training.Samples;

namespace Cafe.Training.Tests.Tokenizers;

/// <summary>Rows of ids as they are stored.</summary>
internal static class StoredIds
{
    /// <summary>Without the padding.</summary>
    public static int[] Filled(TensorStore store, string field, long row) => [.. Row(store, field, row).TakeWhile(id => id >= 0)];

    public static int[] Row(TensorStore store, string name, long row)
    {
        var field = store.Field(name);
        var bytes = new byte[field.Bytes];
        store.Read(field, row, bytes);
        return MemoryMarshal.Cast<byte, int>(bytes).ToArray();
    }
}
