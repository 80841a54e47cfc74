using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Sources of one type joined along their first dimension.</summary>
internal sealed class ConcatenatedTensor : TensorSource
{
    private readonly ImmutableArray<TensorSource> parts;

    public ConcatenatedTensor(string name, ImmutableArray<TensorSource> parts)
        : base(name, Checked(name, parts)[0].Type, [parts.Sum(part => part.Shape[0]), .. parts[0].Shape.Skip(1)])
    {
        this.parts = parts;
    }

    protected override void ReadCore(long start, Span<byte> destination)
    {
        var size = Type.Size();
        foreach (var part in parts)
        {
            if (start < part.Count)
            {
                var bytes = (int)Math.Min(destination.Length, (part.Count - start) * size);
                part.Read(start, destination[..bytes]);
                destination = destination[bytes..];
                start = part.Count;
            }

            start -= part.Count;
        }
    }

    private static ImmutableArray<TensorSource> Checked(string name, ImmutableArray<TensorSource> parts)
    {
        foreach (var part in parts)
        {
            if (part.Shape.IsEmpty || part.Type != parts[0].Type || !part.Shape.Skip(1).SequenceEqual(parts[0].Shape.Skip(1)))
            {
                throw new CheckpointException($"'{name}' can't join {part} to {parts[0]}.");
            }
        }

        return parts;
    }
}
