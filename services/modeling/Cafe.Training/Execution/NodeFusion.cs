using Cafe.Modeling.Graphs;
using Cafe.Training.Execution.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution;

/// <summary>
/// Joins nodes that libtorch has one call for: a product with a published [out, in] weight and the addition of a bias (linear), and x * sigmoid(x) (silu). Less is kept for
/// the backward pass, too.
/// </summary>
internal static class NodeFusion
{
    private static readonly Operator Linear = (_, x) => [nn.functional.linear(x[0]!, x[1]!, NodeCall.Optional(x, 2))];
    private static readonly Operator Silu = (_, x) => [nn.functional.silu(x[0]!)];

    public static IReadOnlyList<FusedCall> Apply(Graph graph, IReadOnlyList<Node> nodes, IReadOnlyList<Value> outputs)
    {
        var weights = graph.Initializers.Where(i => i.PublishedName is not null).ToDictionary(i => i.Value);
        var readers = nodes.SelectMany(n => n.Inputs.OfType<Value>().Distinct().Select(v => (v, n))).ToLookup(p => p.v, p => p.n);
        var kept = outputs.ToHashSet();
        var absorbed = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var calls = new List<FusedCall>();
        foreach (var node in nodes)
        {
            if (!absorbed.Contains(node))
            {
                calls.Add(AsLinear(node) ?? AsSilu(node) ?? Alone(node));
            }
        }

        return calls;

        // The only reader of a value that nobody else wants.
        Node? OnlyReader(Value value) => kept.Contains(value) || readers[value].Count() != 1 ? null : readers[value].Single();

        FusedCall Alone(Node node) => node.Inputs.Any(v => v is not null && weights.TryGetValue(v, out var weight) && weight.Transform == WeightTransform.Transpose)
            ? throw new NotSupportedException($"{node.OpType} at '{node.Name}' reads a transposed weight, which only products do.")
            : new FusedCall(OperatorTable.Find(node), node, node.Inputs, node.Outputs);

        FusedCall? AsLinear(Node node)
        {
            if (node.OpType != "MatMul" || node.Inputs[1] is not { } right || !weights.TryGetValue(right, out var weight))
            {
                return null;
            }

            if (weight.Transform != WeightTransform.Transpose)
            {
                return null;
            }

            if (OnlyReader(node.Outputs[0]) is { OpType: "Add" } add)
            {
                var other = add.Inputs[0] == node.Outputs[0] ? add.Inputs[1]! : add.Inputs[0]!;
                if (weights.TryGetValue(other, out var bias) && bias.Shape.Count == 1)
                {
                    absorbed.Add(add);
                    return new FusedCall(Linear, node, [node.Inputs[0], right, other], add.Outputs);
                }
            }

            return new FusedCall(Linear, node, node.Inputs, node.Outputs);
        }

        FusedCall? AsSilu(Node node)
        {
            if (node.OpType == "Sigmoid" && OnlyReader(node.Outputs[0]) is { OpType: "Mul" } mul && mul.Inputs.Contains(node.Inputs[0]))
            {
                absorbed.Add(mul);
                return new FusedCall(Silu, node, node.Inputs, mul.Outputs);
            }

            return null;
        }
    }
}
