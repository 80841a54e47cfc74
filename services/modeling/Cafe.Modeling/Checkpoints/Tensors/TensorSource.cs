using System.Buffers;
using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// A tensor whose bytes are made on demand: mapped from a checkpoint, random, or derived from other sources. Row-major, little-endian.
/// Nothing here holds a whole tensor in memory, and any range can be read at any time from any thread, so that a 26 GB model streams
/// from checkpoint to graph through a small buffer.
/// </summary>
public abstract class TensorSource
{
    private const int ChunkBytes = 8 << 20;

    protected TensorSource(string name, TensorType type, ImmutableArray<long> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Type = type;
        Shape = shape;
        Count = CountOf(name, type, shape);
    }

    /// <summary>The published name, for example <c>model.layers.0.self_attn.q_proj.weight</c>.</summary>
    public string Name { get; }

    public TensorType Type { get; }

    /// <summary>Empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Number of elements; may pass 2^31.</summary>
    public long Count { get; }

    /// <summary>Number of bytes in <see cref="Type"/>; may pass 2 GiB.</summary>
    public long ByteCount => Count * Type.Size();

    /// <summary>Copies elements from <paramref name="start"/> on, in this source's own type, until <paramref name="destination"/> is full.</summary>
    /// <param name="start">Index of the first element in row-major order.</param>
    /// <param name="destination">A whole number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the tensor.</exception>
    public void Read(long start, Span<byte> destination)
    {
        var (elements, rest) = Math.DivRem(destination.Length, Type.Size());
        ArgumentOutOfRangeException.ThrowIfNotEqual(rest, 0, nameof(destination));
        CheckRange(start, elements);
        if (elements > 0)
        {
            ReadCore(start, destination);
        }
    }

    /// <summary>The same range as numbers, converted from the source's own type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the tensor.</exception>
    public void ReadFloats(long start, Span<float> destination)
    {
        CheckRange(start, destination.Length);
        if (destination.Length > 0)
        {
            ReadFloatsCore(start, destination);
        }
    }

    /// <summary>All elements as numbers, for tensors small enough to be held.</summary>
    public float[] ReadFloats()
    {
        var values = new float[checked((int)Count)];
        ReadFloats(0, values);
        return values;
    }

    /// <summary>Writes all bytes, <see cref="ByteCount"/> of them, through a buffer of a few megabytes.</summary>
    public void WriteTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var size = Type.Size();
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, ByteCount));
        try
        {
            for (long start = 0, step = ChunkBytes / size; start < Count; start += step)
            {
                var chunk = buffer.AsSpan(0, (int)Math.Min(step, Count - start) * size);
                ReadCore(start, chunk);
                destination.Write(chunk);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape)}]";

    /// <summary>Fills a non-empty, checked range in the source's own type.</summary>
    protected abstract void ReadCore(long start, Span<byte> destination);

    /// <summary>Fills a non-empty, checked range as numbers. Override where the source's values are floats to begin with.</summary>
    protected virtual void ReadFloatsCore(long start, Span<float> destination)
    {
        var size = Type.Size();
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(ChunkBytes, destination.Length * size));
        try
        {
            var step = Math.Max(1, buffer.Length / size);
            for (var done = 0; done < destination.Length; done += step)
            {
                var part = destination[done..Math.Min(destination.Length, done + step)];
                var bytes = buffer.AsSpan(0, part.Length * size);
                ReadCore(start + done, bytes);
                ElementConversion.ToFloats(Type, bytes, part);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long CountOf(string name, TensorType type, ImmutableArray<long> shape)
    {
        var count = 1L;
        try
        {
            foreach (var size in shape)
            {
                count = size >= 0 ? checked(count * size) : throw new CheckpointException($"Tensor '{name}': negative dimension {size}.");
            }

            _ = checked(count * type.Size());
            return count;
        }
        catch (OverflowException)
        {
            throw new CheckpointException($"Tensor '{name}': shape [{string.Join(", ", shape)}] has more than 2^63 bytes.");
        }
    }

    private void CheckRange(long start, long elements)
    {
        if (start < 0 || start > Count - elements)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{elements} elements from there are not within {this}.");
        }
    }
}
