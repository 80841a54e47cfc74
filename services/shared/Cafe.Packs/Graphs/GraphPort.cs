namespace Cafe.Packs.Graphs;

/// <summary>An input or output, as a pack promises it or as a graph has it.</summary>
/// <param name="Shape">-1 where a dimension is free.</param>
public sealed record GraphPort(string Name, GraphPortType Type, IReadOnlyList<long> Shape)
{
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape.Select(size => size < 0 ? "?" : $"{size}"))}]";

    /// <summary>Whether a graph's port keeps the promise: a graph may leave free what the promise fixes, not fix what it leaves free.</summary>
    internal bool IsKeptBy(GraphPort actual) =>
        (Type == actual.Type || (Type == GraphPortType.Own && actual.Type is (GraphPortType.Float32 or GraphPortType.Float16)))
        && Shape.Count == actual.Shape.Count
        && Shape.Zip(actual.Shape).All(pair => pair.First == pair.Second || pair.Second < 0);
}
