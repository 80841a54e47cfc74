using Cafe.Modeling.Graphs.Onnx;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Building.Sizing;

/// <summary>
/// What a run of a graph takes beside its weights, estimated from its .onnx file alone: the largest sum of the values that are alive at one node, in the graph's own order. What the runtime
/// saves by fusing nodes, and what its kernels allocate for themselves, is not in it.
/// </summary>
public static class GraphActivations
{
    // A runtime makes a view of these, or writes the result over the first input where nobody reads that again.
    private static readonly HashSet<string> InPlace =
        ["Reshape", "Unsqueeze", "Squeeze", "Identity", "Add", "Sub", "Mul", "Div", "Sigmoid", "Tanh", "Sin", "Cos", "Gelu", "QuickGelu", "Clip", "RotaryEmbedding"];

    /// <summary>Bytes of one run; null where it can't be known: an operator that is not Cafe's, a symbol without a size, a graph whose nodes don't fit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="sizes">The size of every symbol in the inputs' shapes, as N, H or W.</param>
    /// <exception cref="PackException">The file is no graph.</exception>
    public static long? Peak(string path, string name, IReadOnlyDictionary<string, long> sizes)
    {
        var graph = GraphWeights.Parse(path, name).Graph ?? throw new PackException($"{name} holds no graph.");
        try
        {
            return Shapes(graph, sizes) is { } values ? Peak(graph, values) : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or ArithmeticException or KeyNotFoundException)
        {
            // The graph breaks an operator's rules. What is wrong with it is for its runtime to say.
            return null;
        }
    }

    /// <summary>Every value of a graph at given sizes; null where one can't be known.</summary>
    internal static Dictionary<string, SizedValue>? Shapes(GraphProto graph, IReadOnlyDictionary<string, long> sizes)
    {
        var values = graph.Initializer.ToDictionary(tensor => tensor.Name, ShapeInference.Of);
        foreach (var input in graph.Input)
        {
            if (input.Type?.TensorType is not { Shape: not null } type)
            {
                return null;
            }

            values[input.Name] = new SizedValue(type.ElemType, [.. type.Shape.Dim.Select(dim => dim.DimParam.Length == 0 ? dim.DimValue : sizes[dim.DimParam])]);
        }

        foreach (var node in graph.Node)
        {
            if (ShapeInference.Infer(node, [.. node.Input.Select(value => value.Length == 0 ? SizedValue.Absent : values[value])]) is not { } outputs)
            {
                return null;
            }

            foreach (var (output, value) in node.Output.Zip(outputs))
            {
                values[output] = value;
            }
        }

        return values;
    }

    private static long Peak(GraphProto graph, Dictionary<string, SizedValue> values)
    {
        // Weights, constants and what is computed from them alone are there before a run; inputs and what is bound to their memory are the caller's.
        var outside = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var known = new HashSet<string>(outside, StringComparer.Ordinal);
        outside.UnionWith(graph.Input.Select(input => input.Name));
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            foreach (var input in node.Input)
            {
                last[input] = i;
            }

            if (node.Input.All(input => input.Length == 0 || known.Contains(input)))
            {
                known.UnionWith(node.Output);
                outside.UnionWith(node.Output);
            }
            else if (node.OpType == "GroupQueryAttention")
            {
                outside.UnionWith(node.Output.Skip(1));
            }
        }

        foreach (var output in graph.Output)
        {
            last[output.Name] = graph.Node.Count;
        }

        long alive = 0, peak = 0;
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            var ended = node.Input.Distinct().Where(input => last[input] == i && Counts(input)).ToList();
            var made = node.Output.Where(Counts).Sum(output => values[output].Bytes);
            var replaced = InPlace.Contains(node.OpType) && ended.Any(input => values[input].Bytes == made) ? made : 0;
            peak = Math.Max(peak, alive + made - replaced);
            alive += made - ended.Sum(input => values[input].Bytes) - node.Output.Where(output => Counts(output) && !last.ContainsKey(output)).Sum(output => values[output].Bytes);
        }

        return peak;

        bool Counts(string value) => value.Length > 0 && !outside.Contains(value);
    }
}
