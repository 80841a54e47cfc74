namespace Cafe.Modeling.Graphs;

/// <summary>
/// One computation, as it is written to ONNX and as the trainer runs it: nodes in topological order, weights under their published names. Weights are not in it:
/// it is made from a configuration alone, and meets a checkpoint when it is written or run.
/// </summary>
public sealed class Graph
{
    internal Graph(string name, GraphOptions options, IReadOnlyList<GraphPort> inputs, IReadOnlyList<GraphPort> outputs, IReadOnlyList<Node> nodes, IReadOnlyList<Initializer> initializers)
    {
        Name = name;
        Options = options;
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Initializers = initializers;
    }

    /// <summary>The standard operator set the graphs are written against.</summary>
    public const int Opset = 23;

    public string Name { get; }

    public GraphOptions Options { get; }

    public IReadOnlyList<GraphPort> Inputs { get; }

    public IReadOnlyList<GraphPort> Outputs { get; }

    public IReadOnlyList<Node> Nodes { get; }

    public IReadOnlyList<Initializer> Initializers { get; }

    /// <summary>The published tensors that the graph reads: name to shape, each once.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> PublishedWeights =>
        Initializers.Where(i => i.PublishedName is not null).DistinctBy(i => i.PublishedName).ToDictionary(i => i.PublishedName!, i => i.PublishedShape);
}
