using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>An input or an output of a graph: part of the contract with whoever runs it.</summary>
public sealed record GraphPort(Value Value, IReadOnlyList<Dim> Shape)
{
    public string Name => Value.Name;

    public TensorType Type => Value.Type;
}
