using Cafe.Modeling.Graphs;

namespace Cafe.Training.Execution.Operators;

/// <summary>The operators that graphs are trained with, by ONNX name.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, Operator> Operators = new[]
    {
        ElementOperators.All,
        ShapeOperators.All,
        IndexOperators.All,
        LayerOperators.All,
        NormOperators.All,
        AttentionOperators.All,
    }.SelectMany(group => group).ToDictionary(o => o.Name, o => o.Run);

    /// <exception cref="NotSupportedException">The trainer does not run this operator.</exception>
    public static Operator Find(Node node) => node.Domain.Length == 0 && Operators.TryGetValue(node.OpType, out var found)
        ? found
        : throw new NotSupportedException($"{node.Domain}{(node.Domain.Length > 0 ? "." : "")}{node.OpType} at '{node.Name}' is not run in TorchSharp: lower the graph to {nameof(GraphTarget)}.{nameof(GraphTarget.Standard)}.");
}
