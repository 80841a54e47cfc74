using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>Operations that move elements and compute with shapes.</summary>
public readonly partial struct Scope
{
    /// <summary>Reshapes; 0 keeps a dimension, -1 takes what is left.</summary>
    public Value Reshape(Value x, params long[] shape) => Reshape(x, graph.Constant(shape));

    public Value Reshape(Value x, Value shape) => Op("Reshape", [x, shape]);

    public Value Transpose(Value x, params long[] order) => Op("Transpose", [x], new() { ["perm"] = order });

    public Value Unsqueeze(Value x, params long[] axes) => Op("Unsqueeze", [x, graph.Constant(axes)]);

    public Value Squeeze(Value x, params long[] axes) => Op("Squeeze", [x, graph.Constant(axes)]);

    public Value Expand(Value x, Value shape) => Op("Expand", [x, shape]);

    public Value Concat(long axis, params Value[] parts) => Op("Concat", parts, new() { ["axis"] = axis });

    /// <summary>Equal parts along an axis.</summary>
    public Value[] Split(Value x, long axis, int parts) =>
        Ops("Split", [x], [.. Enumerable.Repeat(x.Type, parts)], new() { ["axis"] = axis, ["num_outputs"] = parts });

    /// <summary>Elements <paramref name="start"/> to <paramref name="end"/> (exclusive; past the end is the end) along one axis.</summary>
    public Value Slice(Value x, long axis, long start, long end) => Slice(x, axis, graph.Constant(start), graph.Constant(end));

    public Value Slice(Value x, long axis, Value start, Value end) => Op("Slice", [x, start, end, graph.Constant(axis)]);

    /// <summary>Rows of <paramref name="data"/> along an axis, by int64 index.</summary>
    public Value Gather(Value data, Value indices, long axis = 0) => Op("Gather", [data, indices], new() { ["axis"] = axis });

    /// <summary>The dimensions <paramref name="start"/> to <paramref name="end"/> (exclusive) of a value, as a vector of int64.</summary>
    public Value Shape(Value x, long start = 0, long end = long.MaxValue)
    {
        var attributes = new Dictionary<string, NodeAttribute> { ["start"] = start };
        if (end != long.MaxValue)
        {
            attributes["end"] = end;
        }

        return Op("Shape", [x], attributes, TensorType.Int64);
    }

    /// <summary>Each sample repeated to fill the height and width of <paramref name="size"/> (a shape of four dimensions), as torch's nearest interpolation does.</summary>
    /// <param name="x">[N, C, h, w].</param>
    public Value ResizeNearest(Value x, Value size) => Op("Resize", [x, null, null, size], NearestAttributes());

    /// <summary>Each sample repeated twice in height and width.</summary>
    /// <param name="x">[N, C, h, w].</param>
    public Value UpsampleNearest2x(Value x) => Op("Resize", [x, null, graph.Constant([4], [1, 1, 2, 2], TensorType.Float32)], NearestAttributes());

    private static Dictionary<string, NodeAttribute> NearestAttributes() => new()
    {
        ["mode"] = "nearest",
        ["coordinate_transformation_mode"] = "asymmetric",
        ["nearest_mode"] = "floor",
    };
}
