using System.Runtime.InteropServices;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Benchmarks.Graphs;

/// <summary>Weights and inputs of any size without a checkpoint: seeded noise at which activations neither vanish nor overflow.</summary>
internal static class SyntheticTensors
{
    private const ulong Seed = 20260101;

    public static TensorSource Weight(string name, IReadOnlyList<long> shape)
    {
        var fanIn = shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        return shape.Count < 2
            ? new RandomTensor(name, TensorType.Float32, [.. shape], Seed, 0.02f, name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("lambda1", StringComparison.Ordinal) ? 1 : 0)
            : new RandomTensor(name, TensorType.Float32, [.. shape], Seed, (float)(1 / Math.Sqrt(fanIn)));
    }

    public static Func<string, TensorSource> WeightsOf(Graph graph)
    {
        var shapes = graph.PublishedWeights;
        return name => Weight(name, shapes[name]);
    }

    /// <summary>Among a case's sizes: tokens that a decoder's cache holds already.</summary>
    public const string CachedTokens = "cached";

    /// <summary>An input of a graph; integers are ones, but for a decoder's lengths.</summary>
    public static MemoryTensor Input(GraphPort port, IReadOnlyDictionary<string, long> sizes)
    {
        long[] shape = [.. port.Shape.Select(d => d.Size ?? sizes[d.Symbol!])];
        var noise = new RandomTensor(port.Name, TensorType.Float32, [.. shape], Seed, 1).ReadFloats();
        return port.Type switch
        {
            TensorType.Float32 => MemoryTensor.FromFloats(port.Name, [.. shape], noise),
            TensorType.Int64 => MemoryTensor.FromInt64(port.Name, [.. shape], [.. noise.Select(_ => 1L)]),
            TensorType.Int32 => new MemoryTensor(port.Name, TensorType.Int32, [.. shape], MemoryMarshal.AsBytes<int>([.. noise.Select(_ => Length(port.Name, (int)sizes[CachedTokens]))]).ToArray()),
            _ => throw new NotSupportedException($"No input of type {port.Type} is made."),
        };
    }

    // As GroupQueryAttention counts them: a row's last place, and the length of the longest row.
    private static int Length(string input, int cached) => input switch
    {
        "seqlens_k" => cached,
        "total_sequence_length" => cached + 1,
        _ => throw new NotSupportedException($"No whole numbers are known for the input '{input}'."),
    };
}
