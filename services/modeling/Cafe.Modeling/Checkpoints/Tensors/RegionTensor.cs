using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>The same elements, or a contiguous run of them, under another name or shape.</summary>
internal sealed class RegionTensor : TensorSource
{
    private readonly TensorSource source;
    private readonly long offset;

    public RegionTensor(TensorSource source, string name, ImmutableArray<long> shape, long offset)
        : base(name, source.Type, shape)
    {
        if (offset < 0 || offset > source.Count - Count)
        {
            throw new CheckpointException($"[{string.Join(", ", shape)}] from element {offset} on is not within {source}.");
        }

        this.source = source;
        this.offset = offset;
    }

    protected override void ReadCore(long start, Span<byte> destination) => source.Read(offset + start, destination);

    protected override void ReadFloatsCore(long start, Span<float> destination) => source.ReadFloats(offset + start, destination);
}
