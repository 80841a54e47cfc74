using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Cafe.Modeling.Checkpoints;

/// <summary>A tensor held in memory: trained parameters, small constants, tests.</summary>
public sealed class MemoryTensor : TensorSource
{
    private readonly ReadOnlyMemory<byte> bytes;

    /// <exception cref="CheckpointException">The byte count is not the shape's.</exception>
    public MemoryTensor(string name, TensorType type, ImmutableArray<long> shape, ReadOnlyMemory<byte> bytes)
        : base(name, type, shape)
    {
        this.bytes = bytes.Length == ByteCount
            ? bytes
            : throw new CheckpointException($"Tensor '{name}': {bytes.Length} bytes given, {type} [{string.Join(", ", shape)}] takes {ByteCount}.");
    }

    public static MemoryTensor FromFloats(string name, ImmutableArray<long> shape, ReadOnlySpan<float> values) =>
        new(name, TensorType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static MemoryTensor FromInt64(string name, ImmutableArray<long> shape, ReadOnlySpan<long> values) =>
        new(name, TensorType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());

    protected override void ReadCore(long start, Span<byte> destination) =>
        bytes.Span.Slice((int)(start * Type.Size()), destination.Length).CopyTo(destination);
}
