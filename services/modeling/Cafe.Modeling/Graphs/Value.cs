using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>A tensor that flows between nodes: what the architecture files pass around. Identity is the name, unique in its graph.</summary>
public sealed class Value
{
    internal Value(string name, TensorType type)
    {
        Name = name;
        Type = type;
    }

    public string Name { get; }

    /// <summary>What its elements are in this graph (a fp16 graph has fp32 islands).</summary>
    public TensorType Type { get; }

    public override string ToString() => $"{Name}: {Type}";
}
