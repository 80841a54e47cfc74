using Cafe.Modeling.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>A node as its operator sees it: attributes, and those integer inputs whose values are constants of the graph.</summary>
internal sealed class NodeCall
{
    private readonly Dictionary<int, long[]> constants;

    public NodeCall(Node node, Dictionary<int, long[]> constants)
    {
        Node = node;
        this.constants = constants;
    }

    public Node Node { get; }

    public long Int(string name, long otherwise) => Node.Int(name, otherwise);

    public float Float(string name, float otherwise) => Node.Float(name, otherwise);

    /// <summary>An integer input's values: known from the graph, or read from the tensor that a node computed.</summary>
    public long[] Longs(Tensor?[] inputs, int index)
    {
        if (constants.TryGetValue(index, out var known))
        {
            return known;
        }

        using var wide = inputs[index]!.to(ScalarType.Int64);
        using var host = wide.cpu();
        return host.data<long>().ToArray();
    }

    public long[]? OptionalLongs(Tensor?[] inputs, int index) =>
        index < Node.Inputs.Count && Node.Inputs[index] is not null ? Longs(inputs, index) : null;

    public static Tensor? Optional(Tensor?[] inputs, int index) => index < inputs.Length ? inputs[index] : null;

    public NotSupportedException Unsupported(string what) => new($"{Node.OpType} at '{Node.Name}': {what} is not run in TorchSharp.");
}
