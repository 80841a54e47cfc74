using System.Collections.Immutable;

namespace Cafe.Modeling.Checkpoints;

/// <summary>A view of a storage whose elements don't lie in row-major order, gathered as it is read.</summary>
internal sealed class StridedTensor : TensorSource
{
    private readonly TensorSource storage;
    private readonly long offset;
    private readonly ImmutableArray<long> strides;

    /// <param name="storage">The whole storage, one-dimensional.</param>
    /// <param name="offset">The view's first element. The caller has checked that the view stays within the storage.</param>
    /// <param name="strides">In elements, one for each dimension.</param>
    public StridedTensor(string name, ImmutableArray<long> shape, TensorSource storage, long offset, ImmutableArray<long> strides)
        : base(name, storage.Type, shape)
    {
        this.storage = storage;
        this.offset = offset;
        this.strides = strides;
    }

    protected override void ReadCore(long start, Span<byte> destination)
    {
        var size = Type.Size();
        var index = new long[Shape.Length];
        var rest = start;
        var at = offset;
        for (var d = Shape.Length - 1; d >= 0; d--)
        {
            (rest, index[d]) = Math.DivRem(rest, Shape[d]);
            at += index[d] * strides[d];
        }

        // Along the last dimension a stride of one lets whole runs be copied.
        var last = Shape.Length - 1;
        while (destination.Length > 0)
        {
            var run = strides[last] == 1 ? (int)Math.Min(Shape[last] - index[last], destination.Length / size) : 1;
            storage.Read(at, destination[..(run * size)]);
            destination = destination[(run * size)..];
            index[last] += run;
            at += run * strides[last];
            for (var d = last; d > 0 && index[d] == Shape[d]; d--)
            {
                at += strides[d - 1] - (Shape[d] * strides[d]);
                index[d] = 0;
                index[d - 1]++;
            }
        }
    }
}
