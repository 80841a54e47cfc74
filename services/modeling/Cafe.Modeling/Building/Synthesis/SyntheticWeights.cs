using System.Collections.Immutable;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Building;

/// <summary>
/// A checkpoint of random weights for the graphs that read it, made as it is read. Deviations are those of a usual initialisation, so that
/// activations stay in range through any depth.
/// </summary>
public static class SyntheticWeights
{
    /// <param name="others">Tensors that no graph reads, by name and shape.</param>
    public static Checkpoint For(string name, IEnumerable<Graph> graphs, ulong seed, TensorType type, params IReadOnlyList<(string Name, ImmutableArray<long> Shape)> others)
    {
        var shapes = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        foreach (var (tensor, shape) in graphs.SelectMany(graph => graph.PublishedWeights))
        {
            shapes[tensor] = [.. shape];
        }

        foreach (var (tensor, shape) in others)
        {
            shapes[tensor] = shape;
        }

        return new TensorTable(name, [.. shapes.Select(item => Create(item.Key, type, item.Value, seed))]);
    }

    private static RandomTensor Create(string name, TensorType type, ImmutableArray<long> shape, ulong seed)
    {
        var isNorm = shape.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
        var isLayerScale = name.EndsWith(".lambda1", StringComparison.Ordinal);
        var isTable = name.Contains("embed", StringComparison.Ordinal) && !name.Contains("projection", StringComparison.Ordinal) && !name.Contains("patch", StringComparison.Ordinal);
        var (mean, deviation) = name switch
        {
            _ when isNorm || isLayerScale => (1f, 0.05f),
            _ when name.EndsWith("bias", StringComparison.Ordinal) => (0f, 0.02f),
            _ when isTable || shape.Length < 2 => (0f, 0.05f),

            // One over the square root of what is summed: inputs for a linear layer, inputs times kernel for a convolution.
            _ => (0f, 1 / MathF.Sqrt(shape.Skip(1).Aggregate(1f, (product, size) => product * size))),
        };
        return new RandomTensor(name, type, shape, seed, deviation, mean);
    }
}
