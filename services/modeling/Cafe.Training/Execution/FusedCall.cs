using Cafe.Modeling.Graphs;
using Cafe.Training.Execution.Operators;

namespace Cafe.Training.Execution;

/// <summary>A node, or several that libtorch does in one call, with the operator that runs them.</summary>
internal sealed record FusedCall(Operator Run, Node Node, IReadOnlyList<Value?> Inputs, IReadOnlyList<Value> Outputs);
