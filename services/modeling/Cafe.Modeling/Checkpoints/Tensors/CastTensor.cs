using System.Buffers;

namespace Cafe.Modeling.Checkpoints;

/// <summary>A source seen in another real type, rounded to nearest even.</summary>
internal sealed class CastTensor : TensorSource
{
    private const int ChunkElements = 1 << 21;
    private readonly TensorSource source;

    public CastTensor(TensorSource source, TensorType type)
        : base(source.Name, type, source.Shape)
    {
        if (!source.Type.IsFloat() || !type.IsFloat())
        {
            throw new CheckpointException($"Tensor '{source.Name}' can't be cast from {source.Type} to {type}: only real types are cast.");
        }

        this.source = source;
    }

    protected override void ReadCore(long start, Span<byte> destination)
    {
        var size = Type.Size();
        var total = destination.Length / size;
        var buffer = ArrayPool<float>.Shared.Rent(Math.Min(ChunkElements, total));
        try
        {
            for (var done = 0; done < total; done += ChunkElements)
            {
                var floats = buffer.AsSpan(0, Math.Min(ChunkElements, total - done));
                source.ReadFloats(start + done, floats);
                ElementConversion.FromFloats(Type, floats, destination.Slice(done * size, floats.Length * size));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
