using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>softmax(Q K^T / sqrt(d)) V.</summary>
public readonly partial struct Scope
{
    /// <param name="query">[N, Tq, heads * d].</param>
    /// <param name="key">[N, Tk, heads * d].</param>
    /// <param name="value">[N, Tk, heads * d].</param>
    /// <param name="mask">Added to the scores before the softmax: [N or 1, heads or 1, Tq, Tk]; null for none.</param>
    /// <param name="inFloat32">Computes in fp32 whatever the graph's type, where scores pass fp16's range.</param>
    /// <returns>[N, Tq, heads * d].</returns>
    public Value Attention(Value query, Value key, Value value, int heads, Value? mask = null, bool inFloat32 = false)
    {
        var type = query.Type;
        if (inFloat32)
        {
            (query, key, value) = (Cast(query, TensorType.Float32), Cast(key, TensorType.Float32), Cast(value, TensorType.Float32));
            mask = mask is null ? null : Cast(mask, TensorType.Float32);
        }

        // Measured on the CPU, ONNX Runtime's own operator is 5-15% ahead of its implementation of the standard one.
        var output = graph.Options.Target == GraphTarget.Standard
            ? Op("Attention", mask is null ? [query, key, value] : [query, key, value, mask], new() { ["q_num_heads"] = heads, ["kv_num_heads"] = heads })
            : Op("MultiHeadAttention", mask is null ? [query, key, value] : [query, key, value, null, null, mask], new() { ["num_heads"] = heads }, domain: Node.Microsoft);
        return Cast(output, type);
    }

    /// <summary>Attention to keys and values that are kept split by head.</summary>
    /// <param name="query">[N, Tq, heads * d].</param>
    /// <param name="key">[N, heads, Tk, d].</param>
    /// <param name="value">[N, heads, Tk, d].</param>
    /// <param name="width">heads * d.</param>
    /// <returns>[N, Tq, heads * d].</returns>
    public Value AttentionToHeads(Value query, Value key, Value value, int heads, long width, bool inFloat32 = false)
    {
        var type = query.Type;
        if (inFloat32)
        {
            (query, key, value) = (Cast(query, TensorType.Float32), Cast(key, TensorType.Float32), Cast(value, TensorType.Float32));
        }

        if (graph.Options.Target != GraphTarget.Standard)
        {
            return Cast(Op("MultiHeadAttention", [query, key, value], new() { ["num_heads"] = heads }, domain: Node.Microsoft), type);
        }

        var output = Op("Attention", [SplitHeads(query, heads, width), key, value]); // [N, heads, Tq, d]
        return Cast(Reshape(Transpose(output, 0, 2, 1, 3), 0, 0, width), type);
    }

    /// <param name="x">[N, T, heads * d].</param>
    /// <param name="width">heads * d.</param>
    /// <returns>[N, heads, T, d].</returns>
    public Value SplitHeads(Value x, int heads, long width) => Transpose(Reshape(x, 0, 0, heads, width / heads), 0, 2, 1, 3);
}
