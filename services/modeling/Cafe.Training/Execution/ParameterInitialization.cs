using System.Text;
using Cafe.Modeling.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>
/// First values for training from nothing, by what a weight is used for in the graph: norms begin as the identity, products and convolutions with torch's own deviation, embeddings small. Each
/// follows from the seed and its own name.
/// </summary>
public static class ParameterInitialization
{
    private const double EmbeddingDeviation = 0.02;

    /// <param name="zero">Names of weights that begin at zero: the last of a residual branch, so that a deep model begins as a shallow one.</param>
    public static void Initialize(ParameterSet parameters, IReadOnlyList<Graph> graphs, long seed, Func<string, bool>? zero = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var ones = new HashSet<string>();
        var products = new HashSet<string>();
        foreach (var graph in graphs)
        {
            var names = graph.Initializers.Where(i => i.PublishedName is not null).ToDictionary(i => i.Value, i => i.PublishedName!);
            foreach (var node in graph.Nodes)
            {
                if (node.OpType.EndsWith("Normalization", StringComparison.Ordinal) && names.TryGetValue(node.Inputs[1]!, out var scale))
                {
                    ones.Add(scale);
                }

                if (node.OpType is "MatMul" or "Conv" && names.TryGetValue(node.Inputs[1]!, out var weight))
                {
                    products.Add(weight);
                }

                // DINOv2's layer scale.
                if (node.OpType == "Mul" && node.Inputs.OfType<Value>().FirstOrDefault(names.ContainsKey) is { } factor)
                {
                    ones.Add(names[factor]);
                }
            }
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var spec in parameters.Specs)
        {
            if (zero?.Invoke(spec.Name) != true)
            {
                Fill(parameters[spec.Name], spec, ones.Contains(spec.Name), products.Contains(spec.Name), seed);
            }
        }
    }

    private static void Fill(Tensor tensor, ParameterSpec spec, bool one, bool product, long seed)
    {
        if (one)
        {
            tensor.fill_(1);
            return;
        }

        if (spec.Shape.Count < 2 && !product && spec.Name.EndsWith("bias", StringComparison.Ordinal))
        {
            tensor.zero_();
            return;
        }

        // The deviation of torch's default for linear layers and convolutions.
        var fanIn = spec.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        var deviation = product ? 1 / Math.Sqrt(3.0 * fanIn) : EmbeddingDeviation;
        using var generator = new Generator(SeedOf(spec.Name, seed));
        using var values = torch.randn([.. spec.Shape], ScalarType.Float32, torch.CPU, generator: generator);
        tensor.copy_(values.mul_(deviation));
    }

    // FNV-1a: the same in every process.
    private static ulong SeedOf(string name, long seed) =>
        Encoding.UTF8.GetBytes(name).Aggregate(14695981039346656037UL ^ (ulong)seed, (hash, value) => (hash ^ value) * 1099511628211UL) >> 1;
}
