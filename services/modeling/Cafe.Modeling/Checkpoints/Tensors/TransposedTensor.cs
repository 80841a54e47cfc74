using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Cafe.Modeling.Checkpoints;

/// <summary>A matrix [rows, columns] seen as [columns, rows].</summary>
internal sealed class TransposedTensor : TensorSource
{
    // Source rows that are turned together, so that each cache line of the result is written once.
    private const int Tile = 64;

    private readonly TensorSource source;
    private readonly long rows;

    public TransposedTensor(TensorSource source)
        : base(source.Name, source.Type, Transposed(source))
    {
        this.source = source;
        rows = source.Shape[0];
    }

    private delegate void Reader<T>(long start, Span<T> destination);

    protected override void ReadCore(long start, Span<byte> destination)
    {
        switch (Type.Size())
        {
            case 1:
                Turn(start, destination, source.Read);
                break;
            case 2:
                Turn<ushort>(start, MemoryMarshal.Cast<byte, ushort>(destination), (at, part) => source.Read(at, MemoryMarshal.AsBytes(part)));
                break;
            case 4:
                Turn<uint>(start, MemoryMarshal.Cast<byte, uint>(destination), (at, part) => source.Read(at, MemoryMarshal.AsBytes(part)));
                break;
            case 8:
                Turn<ulong>(start, MemoryMarshal.Cast<byte, ulong>(destination), (at, part) => source.Read(at, MemoryMarshal.AsBytes(part)));
                break;
            case var size:
                throw new InvalidOperationException($"Elements of {size} bytes are not transposed.");
        }
    }

    protected override void ReadFloatsCore(long start, Span<float> destination) => Turn<float>(start, destination, source.ReadFloats);

    // The range covers output rows first..last, that is a band of source columns: each source row's piece of the band is read in one go, so that a large range touches every page of
    // the source once.
    private void Turn<T>(long start, Span<T> destination, Reader<T> read)
        where T : unmanaged
    {
        var columns = Shape[0];
        var first = start / rows;
        var band = checked((int)(((start + destination.Length - 1) / rows) - first + 1));
        var pieces = ArrayPool<T>.Shared.Rent(checked((int)Math.Min(Tile, rows) * band));
        try
        {
            for (var top = 0L; top < rows; top += Tile)
            {
                var height = (int)Math.Min(Tile, rows - top);
                for (var row = 0; row < height; row++)
                {
                    read(((top + row) * columns) + first, pieces.AsSpan(row * band, band));
                }

                for (var column = 0; column < band; column++)
                {
                    // Where this column's piece begins in the destination; the first and the last column may be there in part.
                    var at = ((first + column) * rows) + top - start;
                    var end = (int)Math.Min(height, destination.Length - at);
                    for (var row = (int)Math.Max(0, -at); row < end; row++)
                    {
                        destination[(int)(at + row)] = pieces[(row * band) + column];
                    }
                }
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(pieces);
        }
    }

    private static ImmutableArray<long> Transposed(TensorSource source) => source.Shape is [var rows, var columns]
        ? [columns, rows]
        : throw new CheckpointException($"{source} is no matrix, so it can't be transposed.");
}
