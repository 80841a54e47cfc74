using System.Runtime.InteropServices;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Parity.Runners;

/// <summary>A tensor in memory, row-major and little-endian.</summary>
internal sealed record HostTensor(TensorType Type, long[] Shape, byte[] Bytes)
{
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    public static HostTensor Of(ReadOnlySpan<float> values, params long[] shape) => new(TensorType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static HostTensor Of(ReadOnlySpan<long> values, params long[] shape) => new(TensorType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static HostTensor Of(ReadOnlySpan<int> values, params long[] shape) => new(TensorType.Int32, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static HostTensor From(TensorSource source)
    {
        var bytes = new byte[source.ByteCount];
        source.Read(0, bytes);
        return new HostTensor(source.Type, [.. source.Shape], bytes);
    }

    /// <summary>The elements as numbers, whatever real type they are kept in.</summary>
    public float[] Floats() => new MemoryTensor("tensor", Type, [.. Shape], Bytes).ReadFloats();

    public long[] Longs() => Type == TensorType.Int64 ? MemoryMarshal.Cast<byte, long>(Bytes).ToArray() : throw new InvalidOperationException($"The tensor holds {Type}, not {TensorType.Int64}.");

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> along the first dimension.</summary>
    public HostTensor Rows(int start, int count)
    {
        var row = Bytes.Length / (int)Shape[0];
        return new HostTensor(Type, [count, .. Shape[1..]], Bytes[(start * row)..((start + count) * row)]);
    }
}
