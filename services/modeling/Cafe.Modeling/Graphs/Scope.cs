using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>
/// A place in the module tree, from which layers are made: weights are named by it with dots, as checkpoints are (<c>encoder.layer.0.norm1.weight</c>), nodes with slashes
/// (<c>/encoder/layer.0/norm1/LayerNormalization</c>). The operations mirror ONNX's; shapes belong beside the lines that call them.
/// </summary>
public readonly partial struct Scope
{
    private readonly GraphBuilder graph;
    private readonly string path;
    private readonly string node;

    internal Scope(GraphBuilder graph, string path, string node = "")
    {
        this.graph = graph;
        this.path = path;
        this.node = node;
    }

    public GraphBuilder Graph => graph;

    /// <summary>The module path with dots; empty at the root.</summary>
    public string Path => path;

    /// <summary>A submodule, as in <c>scope["attention"]["query"]</c>.</summary>
    public Scope this[string name] => new(graph, Join(name), $"{node}/{name}");

    /// <summary>One of a list of submodules, as in <c>scope["layer", 0]</c>.</summary>
    public Scope this[string name, int index] => this[FormattableString.Invariant($"{name}.{index}")];

    /// <summary>A weight of this module in its published shape.</summary>
    public Value Weight(string name, params long[] shape) => graph.Weight(Join(name), shape);

    /// <summary>A weight of this module in its published shape that stays in fp32 whatever the graph computes in.</summary>
    public Value WeightInFloat32(string name, params long[] shape) =>
        graph.Weight(Join(name), shape, shape, WeightTransform.None, graph.Options.Storage, TensorType.Float32);

    /// <summary>A weight of this module that is transformed on its way into the graph.</summary>
    /// <param name="published">Its shape in the checkpoint.</param>
    /// <param name="shape">Its shape in the graph.</param>
    public Value Weight(string name, long[] published, long[] shape, WeightTransform transform) =>
        graph.Weight(Join(name), published, shape, transform, graph.Options.Storage, graph.Compute);

    /// <summary>Any operator with one output, of the first input's type unless told.</summary>
    public Value Op(string op, IReadOnlyList<Value?> inputs, Dictionary<string, NodeAttribute>? attributes = null, TensorType? type = null, string domain = "") =>
        Ops(op, inputs, [type ?? inputs[0]!.Type], attributes, domain)[0];

    /// <summary>Any operator, with the types of its outputs.</summary>
    public Value[] Ops(string op, IReadOnlyList<Value?> inputs, IReadOnlyList<TensorType> types, Dictionary<string, NodeAttribute>? attributes = null, string domain = "") =>
        graph.Add($"{node}/{op}", path, op, domain, inputs, types, attributes ?? []);

    private string Join(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private Value Same(string op, Value a, Value b) => a.Type == b.Type
        ? Op(op, [a, b])
        : throw new InvalidOperationException($"{op} in '{path}' is given {a} and {b}: cast one of them.");
}
