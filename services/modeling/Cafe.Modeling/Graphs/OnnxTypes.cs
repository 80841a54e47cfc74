using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>Element types by the numbers that ONNX gives them.</summary>
internal static class OnnxTypes
{
    private static readonly Dictionary<TensorType, int> Numbers = new()
    {
        [TensorType.Float32] = 1,
        [TensorType.UInt8] = 2,
        [TensorType.Int8] = 3,
        [TensorType.Int16] = 5,
        [TensorType.Int32] = 6,
        [TensorType.Int64] = 7,
        [TensorType.Bool] = 9,
        [TensorType.Float16] = 10,
        [TensorType.Float64] = 11,
        [TensorType.BFloat16] = 16,
    };

    public static int Number(TensorType type) =>
        Numbers.TryGetValue(type, out var number) ? number : throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type.");

    /// <exception cref="CheckpointException">No element type here has that number.</exception>
    public static TensorType Type(int number)
    {
        foreach (var (type, known) in Numbers)
        {
            if (known == number)
            {
                return type;
            }
        }

        throw new CheckpointException($"Element type {number} of ONNX is not supported.");
    }
}
