using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>A contiguous tensor inside a file. The reader that makes it has checked the range.</summary>
internal sealed class FileTensor(string name, TensorType type, ImmutableArray<long> shape, FileBytes file, long offset)
    : TensorSource(name, type, shape)
{
    protected override void ReadCore(long start, Span<byte> destination) => file.Read(offset + (start * Type.Size()), destination);
}
