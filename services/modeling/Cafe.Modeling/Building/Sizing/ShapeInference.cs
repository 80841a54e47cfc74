using System.Runtime.InteropServices;
using Cafe.Modeling.Graphs.Onnx;

namespace Cafe.Modeling.Building.Sizing;

/// <summary>
/// Shapes of what the nodes of a pack's graph make, once the sizes of its inputs are known: for the operators that <c>Graphs/Scope</c> has. Integers that shapes are computed from are followed, too.
/// </summary>
internal static class ShapeInference
{
    /// <param name="node">The node.</param>
    /// <param name="x">Its inputs; <see cref="SizedValue.Absent"/> for one that is left out.</param>
    /// <returns>The node's outputs in their order; null where the operator is not known or its shapes depend on values.</returns>
    public static IReadOnlyList<SizedValue>? Infer(NodeProto node, IReadOnlyList<SizedValue> x) => node.OpType switch
    {
        "Add" or "Sub" or "Mul" or "Div" => [Arithmetic(node.OpType, x[0], x[1])],
        "Equal" => [Broadcast(SizedValue.Bool, x[0], x[1])],
        "Where" => [Broadcast(x[1].Type, x[0], x[1], x[2])],
        "Sigmoid" or "Tanh" or "Sin" or "Cos" or "Gelu" or "QuickGelu" or "Clip" or "Identity" => [x[0]],
        "LayerNormalization" or "RMSNormalization" or "GroupNormalization" or "RotaryEmbedding" => [x[0] with { Integers = null }],
        "Cast" => [x[0] with { Type = (int)Number(node, "to", SizedValue.Float) }],
        "MatMul" => [MatMul(x[0], x[1])],
        "MatMulNBits" => [x[0] with { Shape = [.. x[0].Shape.SkipLast(1), Number(node, "N", 0)] }],
        "Conv" => [Conv(node, x[0], x[1])],
        "Shape" => [Shape(node, x[0])],
        "Reshape" => x[1].Integers is { } shape ? [Reshape(x[0], shape)] : null,
        "Transpose" => [x[0] with { Shape = [.. Numbers(node, "perm").Select(axis => x[0].Shape[(int)axis])] }],
        "Unsqueeze" => x[1].Integers is { } axes ? [Unsqueeze(x[0], axes)] : null,
        "Squeeze" => x[1].Integers is { } axes ? [x[0] with { Shape = [.. x[0].Shape.Where((_, i) => !axes.Contains(i) && !axes.Contains(i - x[0].Shape.Count))] }] : null,
        "Expand" => x[1].Integers is { } shape ? [Broadcast(x[0].Type, x[0], new SizedValue(x[0].Type, shape))] : null,
        "Concat" => [Concat(node, [.. x])],
        "Split" => Split(node, x[0]),
        "Slice" => Slice(x) is { } slice ? [slice] : null,
        "Gather" => [Gather(node, x[0], x[1])],
        "GatherElements" => [x[0] with { Shape = x[1].Shape, Integers = null }],
        "ArgMax" => [Reduce(node, x[0], [Number(node, "axis", 0)]) with { Type = SizedValue.Int64 }],
        "ReduceMean" => x[1].Integers is { } axes ? [Reduce(node, x[0], axes)] : null,
        "Resize" => Resize(x) is { } resized ? [resized] : null,

        // [N, Tq, heads * d], or [N, heads, Tq, d]; the value has the query's width.
        "Attention" or "MultiHeadAttention" => [x[0] with { Integers = null }],

        // Presents take the place of the pasts.
        "GroupQueryAttention" => [x[0], x[3], x[4]],
        _ => null,
    };

    private static SizedValue Arithmetic(string op, SizedValue a, SizedValue b)
    {
        var result = Broadcast(a.Type, a, b);
        if (a.Integers is not { } left || b.Integers is not { } right || (left.Count != right.Count && left.Count != 1 && right.Count != 1))
        {
            return result;
        }

        return result with { Integers = [.. Enumerable.Range(0, Math.Max(left.Count, right.Count)).Select(i => Of(left[left.Count == 1 ? 0 : i], right[right.Count == 1 ? 0 : i]))] };

        long Of(long one, long other) => op switch { "Add" => one + other, "Sub" => one - other, "Mul" => one * other, "Div" => one / other, _ => throw new ArgumentOutOfRangeException(nameof(op), op, "No arithmetic.") };
    }

    private static SizedValue Broadcast(int type, params SizedValue[] values)
    {
        var rank = values.Max(value => value.Shape.Count);
        var shape = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            var sizes = values.Select(value => i - rank + value.Shape.Count is >= 0 and var at ? value.Shape[at] : 1).ToArray();
            shape[i] = sizes.Contains(0) ? 0 : sizes.Max();
        }

        return new SizedValue(type, shape);
    }

    private static SizedValue MatMul(SizedValue a, SizedValue b)
    {
        var batch = Broadcast(a.Type, a with { Shape = [.. a.Shape.SkipLast(2)] }, b with { Shape = [.. b.Shape.SkipLast(2)] });
        return new SizedValue(a.Type, [.. batch.Shape, a.Shape[^2], b.Shape[^1]]);
    }

    private static SizedValue Conv(NodeProto node, SizedValue x, SizedValue weight)
    {
        var (strides, pads) = (Numbers(node, "strides"), Numbers(node, "pads"));
        long Edge(int i) => ((x.Shape[2 + i] + pads[i] + pads[2 + i] - weight.Shape[2 + i]) / strides[i]) + 1;
        return new SizedValue(x.Type, [x.Shape[0], weight.Shape[0], Edge(0), Edge(1)]);
    }

    private static SizedValue Shape(NodeProto node, SizedValue x)
    {
        var rank = x.Shape.Count;
        var (start, end) = ((int)Number(node, "start", 0), (int)Math.Min(Number(node, "end", rank), rank));
        IReadOnlyList<long> sizes = [.. x.Shape.Skip(start).Take(end - start)];
        return new SizedValue(SizedValue.Int64, [sizes.Count], sizes);
    }

    private static SizedValue Reshape(SizedValue x, IReadOnlyList<long> wanted)
    {
        var shape = wanted.Select((size, i) => size == 0 ? x.Shape[i] : size).ToArray();
        var free = Array.IndexOf(shape, -1);
        if (free >= 0)
        {
            shape[free] = 1;
            shape[free] = x.Count / shape.Aggregate(1L, (product, size) => product * size);
        }

        return x with { Shape = shape };
    }

    private static SizedValue Unsqueeze(SizedValue x, IReadOnlyList<long> axes)
    {
        var shape = x.Shape.ToList();
        var rank = shape.Count + axes.Count;
        foreach (var axis in axes.Select(axis => (int)(axis < 0 ? axis + rank : axis)).Order())
        {
            shape.Insert(axis, 1);
        }

        return x with { Shape = shape };
    }

    private static SizedValue Concat(NodeProto node, SizedValue[] parts)
    {
        var axis = Axis(node, parts[0]);
        var shape = parts[0].Shape.ToArray();
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        return new SizedValue(parts[0].Type, shape, parts.All(part => part.Integers is not null) ? [.. parts.SelectMany(part => part.Integers!)] : null);
    }

    private static SizedValue[] Split(NodeProto node, SizedValue x)
    {
        var axis = Axis(node, x);
        var shape = x.Shape.ToArray();
        shape[axis] /= node.Output.Count;
        return [.. node.Output.Select(_ => new SizedValue(x.Type, shape))];
    }

    private static SizedValue? Slice(IReadOnlyList<SizedValue> x)
    {
        if (x[1].Integers is not [var start] || x[2].Integers is not [var end] || x[3].Integers is not [var axis])
        {
            return null;
        }

        var shape = x[0].Shape.ToArray();
        var at = (int)(axis < 0 ? axis + shape.Length : axis);
        start = Math.Clamp(start < 0 ? start + shape[at] : start, 0, shape[at]);
        end = Math.Clamp(end < 0 ? end + shape[at] : end, start, shape[at]);
        shape[at] = end - start;
        return x[0] with { Shape = shape, Integers = shape.Length == 1 ? x[0].Integers?.Skip((int)start).Take((int)(end - start)).ToArray() : null };
    }

    private static SizedValue Gather(NodeProto node, SizedValue data, SizedValue indices)
    {
        var axis = Axis(node, data);
        IReadOnlyList<long> shape = [.. data.Shape.Take(axis), .. indices.Shape, .. data.Shape.Skip(axis + 1)];
        return new SizedValue(data.Type, shape, data.Integers is { } values && indices.Integers is { } at ? [.. at.Select(i => values[(int)(i < 0 ? i + values.Count : i)])] : null);
    }

    private static SizedValue Reduce(NodeProto node, SizedValue x, IReadOnlyList<long> axes)
    {
        var kept = Number(node, "keepdims", 1) != 0;
        bool Gone(int i) => axes.Contains(i) || axes.Contains(i - x.Shape.Count);
        return new SizedValue(x.Type, [.. x.Shape.Select((size, i) => Gone(i) ? 1 : size).Where((_, i) => kept || !Gone(i))]);
    }

    // By a shape, or by scales that are constants: the writer's only one is twice each edge.
    private static SizedValue? Resize(IReadOnlyList<SizedValue> x)
    {
        if (x.Count > 3)
        {
            return x[3].Integers is { } size ? x[0] with { Shape = size } : null;
        }

        return x[0] with { Shape = [x[0].Shape[0], x[0].Shape[1], 2 * x[0].Shape[2], 2 * x[0].Shape[3]] };
    }

    private static int Axis(NodeProto node, SizedValue x) => (int)(Number(node, "axis", 0) is < 0 and var axis ? axis + x.Shape.Count : Number(node, "axis", 0));

    private static long Number(NodeProto node, string name, long absent) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? absent;

    private static IReadOnlyList<long> Numbers(NodeProto node, string name) => node.Attribute.First(a => a.Name == name).Ints;

    /// <summary>A tensor that the graph holds, with its elements where they are integers beside the graph.</summary>
    public static SizedValue Of(TensorProto tensor) => new(
        tensor.DataType,
        [.. tensor.Dims],
        tensor.DataType == SizedValue.Int64 && tensor.ExternalData.Count == 0 ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray() : null);
}
