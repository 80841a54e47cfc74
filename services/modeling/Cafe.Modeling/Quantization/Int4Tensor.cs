using System.Buffers;
using System.Collections.Immutable;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Quantization;

/// <summary>
/// A published [outputs, inputs] weight seen as one of the tensors of ONNX Runtime's MatMulNBits: packed numbers, scales or zero points. Quantised as it is read, row by row, so a layer
/// of any size passes through a small buffer; each of the three reads the published tensor on its own.
/// </summary>
internal sealed class Int4Tensor : TensorSource
{
    private readonly TensorSource published;
    private readonly Int4Part part;
    private readonly Int4Quantization quantization;
    private readonly int inputs;
    private readonly int blocks;
    private readonly int rowElements;

    public Int4Tensor(TensorSource published, Int4Part part, Int4Quantization quantization)
        : base(published.Name, part == Int4Part.Scales ? TensorType.Float32 : TensorType.UInt8, ShapeOf(published, part))
    {
        this.published = published;
        this.part = part;
        this.quantization = quantization;
        inputs = checked((int)published.Shape[1]);
        blocks = Blocks(inputs);
        rowElements = checked((int)(Count / published.Shape[0]));
    }

    /// <summary>Blocks in a row; the last may be short.</summary>
    public static int Blocks(long inputs) => checked((int)((inputs + Int4Block.Size - 1) / Int4Block.Size));

    /// <summary>The part's shape in MatMulNBits.</summary>
    public static ImmutableArray<long> ShapeOf(long outputs, long inputs, Int4Part part) => part switch
    {
        Int4Part.Packed => [outputs, Blocks(inputs), Int4Block.Size / 2],
        Int4Part.Scales => [outputs * Blocks(inputs)],
        Int4Part.ZeroPoints => [outputs * ((Blocks(inputs) + 1) / 2)],
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Unknown part."),
    };

    protected override void ReadCore(long start, Span<byte> destination)
    {
        var size = Type.Size();
        var weights = ArrayPool<float>.Shared.Rent(inputs);
        var row = ArrayPool<byte>.Shared.Rent(rowElements * size);
        try
        {
            while (!destination.IsEmpty)
            {
                var (index, offset) = Math.DivRem(start, rowElements);
                published.ReadFloats(index * inputs, weights.AsSpan(0, inputs));
                QuantizeRow(weights.AsSpan(0, inputs), row.AsSpan(0, rowElements * size));
                var bytes = (int)Math.Min(destination.Length, (rowElements - offset) * size);
                row.AsSpan((int)offset * size, bytes).CopyTo(destination);
                destination = destination[bytes..];
                start += bytes / size;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(weights);
            ArrayPool<byte>.Shared.Return(row);
        }
    }

    private static ImmutableArray<long> ShapeOf(TensorSource published, Int4Part part) => published.Shape.Length == 2
        ? ShapeOf(published.Shape[0], published.Shape[1], part)
        : throw new CheckpointException($"{published} can't be quantised: only weights of linear layers are, [outputs, inputs].");

    private void QuantizeRow(ReadOnlySpan<float> weights, Span<byte> row)
    {
        row.Clear();
        for (var i = 0; i < blocks; i++)
        {
            var values = weights[(i * Int4Block.Size)..Math.Min(inputs, (i + 1) * Int4Block.Size)];
            var block = Int4Block.Fit(values, quantization);
            switch (part)
            {
                case Int4Part.Scales:
                    BitConverter.TryWriteBytes(row[(i * sizeof(float))..], block.Scale);
                    break;
                case Int4Part.ZeroPoints:
                    row[i / 2] |= (byte)(block.ZeroPoint << (i % 2 * 4)); // the lower half first
                    break;
                case Int4Part.Packed:
                    Pack(values, block, row.Slice(i * Int4Block.Size / 2, Int4Block.Size / 2));
                    break;
            }
        }
    }

    private static void Pack(ReadOnlySpan<float> values, Int4Block block, Span<byte> packed)
    {
        for (var i = 0; i < Int4Block.Size; i++)
        {
            var value = i < values.Length ? block.Quantize(values[i]) : block.ZeroPoint;
            packed[i / 2] |= (byte)(value << (i % 2 * 4));
        }
    }
}
