using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>
/// A tensor that a graph starts from: a weight, named as the checkpoint publishes it and read from there when the graph is written, or a small constant with its data.
/// </summary>
public sealed class Initializer
{
    internal Initializer(Value value, IReadOnlyList<long> shape, string publishedName, IReadOnlyList<long> publishedShape, WeightTransform transform)
    {
        Value = value;
        Shape = shape;
        PublishedName = publishedName;
        PublishedShape = publishedShape;
        Transform = transform;
    }

    internal Initializer(Value value, IReadOnlyList<long> shape, byte[] data)
    {
        Value = value;
        Shape = shape;
        PublishedShape = shape;
        Data = data;
        Transform = WeightTransform.None;
    }

    public Value Value { get; }

    /// <summary>Unique in the graph; the published name where the weight is used as it was published.</summary>
    public string Name => Value.Name;

    public TensorType Type => Value.Type;

    /// <summary>The shape in the graph.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The tensor's name in the checkpoint, or null for a constant. Several initialisers may share one (tied weights).</summary>
    public string? PublishedName { get; }

    /// <summary>The tensor's shape in the checkpoint.</summary>
    public IReadOnlyList<long> PublishedShape { get; }

    /// <summary>What is done to the published tensor on its way into the graph; a trainer holds the published form and applies it the other way round.</summary>
    public WeightTransform Transform { get; }

    /// <summary>A constant's bytes, little-endian; null for a weight.</summary>
    public byte[]? Data { get; }

    /// <summary>Bytes in the graph's file.</summary>
    public long Bytes => Shapes.Count(Shape) * Type.Size();
}
