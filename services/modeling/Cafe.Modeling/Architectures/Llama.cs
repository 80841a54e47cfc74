using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Modeling.Quantization;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// Llama 2 from input embeddings to logits, in two forms that share every layer: without a cache, as it is trained, and with one, as it is served. The embedding table is no part of
/// either: whoever runs the graph looks rows up, and puts picture tokens between them.
/// </summary>
/// <remarks>
/// Shapes: B rows, S tokens, D hidden_size, H heads of d, K key/value heads, I intermediate_size, V vocab_size, M positions of the cache.
/// </remarks>
public static class Llama
{
    /// <summary>Name of the token embedding table in a checkpoint: [V, D].</summary>
    public const string EmbedTokens = "model.embed_tokens.weight";

    private const string LmHead = "lm_head.weight";

    /// <summary>Tensors that a checkpoint may hold beside the graph's: the embedding table, which is looked up apart, an output layer that is tied to it, rotary buffers.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [@"^model\.embed_tokens\.weight$", @"^lm_head\.weight$", .. IgnoredNames.Buffers];

    /// <summary>
    /// Rows of equal length without a cache; each token sees those before it and itself. Rows that are shorter are padded on the right.
    /// Inputs: <c>inputs_embeds</c> [B, S, D]. Outputs: <c>logits</c> [B, S, V], <c>last_hidden_state</c> [B, S, D] (after the final norm).
    /// </summary>
    public static Graph Plain(LlamaConfig config, GraphOptions? options = null)
    {
        config.Check();
        var graph = new GraphBuilder("llama", options);
        var x = graph.Input("inputs_embeds", "B", "S", config.HiddenSize);
        var root = graph.Root["model"];
        var (cos, sin) = RotaryTables(graph, config);

        // positions 0 to S - 1 in every row: [B, S]
        var all = graph.Constant([.. Enumerable.Range(0, config.MaxPositionEmbeddings).Select(i => (long)i)]); // [max_position_embeddings]
        var shape = root.Shape(x, 0, 2); // [B, S]
        var positions = root.Expand(root.Slice(all, 0, graph.Constant(0), root.Shape(x, 1, 2)), shape);

        return Decoder(graph, config, x, Int4Quantization.None, (attention, query, key, value, _) =>
        {
            query = Rotate(attention, query, cos, sin, positions, config.NumAttentionHeads); // [B, S, H d]
            key = Rotate(attention, key, cos, sin, positions, config.NumKeyValueHeads); // [B, S, K d]
            return attention.Op("Attention", [query, key, value], new()
            {
                ["q_num_heads"] = config.NumAttentionHeads,
                ["kv_num_heads"] = config.NumKeyValueHeads,
                ["is_causal"] = 1,
            });
        });
    }

    /// <summary>
    /// Rows with a cache, over ONNX Runtime's GroupQueryAttention. Inputs and outputs as docs/pack-format.md has them. Each present is to be bound to the memory of its past: the
    /// operator then writes the new keys and values in place and copies nothing. Rows of any length share a call of one token each; several tokens go in one row at a time.
    /// </summary>
    /// <param name="options">The target is Cpu or Cuda; the cache has the type that is computed in.</param>
    /// <param name="int4">How the linear layers are quantised.</param>
    public static Graph Cached(LlamaConfig config, GraphOptions options, Int4Quantization int4 = Int4Quantization.None)
    {
        config.Check();
        if (options.Target == GraphTarget.Standard)
        {
            throw new ArgumentException("Llama's cached form is lowered to ONNX Runtime's operators: the target is Cpu or Cuda.", nameof(options));
        }

        var graph = new GraphBuilder("decoder", options);
        var x = graph.Input("inputs_embeds", "B", "S", config.HiddenSize);
        var lengths = graph.Input("seqlens_k", TensorType.Int32, "B");
        var total = graph.Input("total_sequence_length", TensorType.Int32);
        var (cos, sin) = RotaryTables(graph, config);
        Dim[] cache = ["B", config.NumKeyValueHeads, "M", config.HeadDim];

        return Decoder(graph, config, x, int4, (attention, query, key, value, layer) =>
        {
            var pastKey = graph.Input($"past_key_values.{layer}.key", graph.Compute, cache);
            var pastValue = graph.Input($"past_key_values.{layer}.value", graph.Compute, cache);
            var outputs = attention.Ops(
                "GroupQueryAttention",
                [query, key, value, pastKey, pastValue, lengths, total, cos, sin],
                [graph.Compute, graph.Compute, graph.Compute],
                new() { ["num_heads"] = config.NumAttentionHeads, ["kv_num_heads"] = config.NumKeyValueHeads, ["do_rotary"] = 1 },
                Node.Microsoft);
            graph.Output($"present.{layer}.key", outputs[1], graph.Compute, cache);
            graph.Output($"present.{layer}.value", outputs[2], graph.Compute, cache);
            return outputs[0]; // [B, S, H d]
        });
    }

    private static Graph Decoder(GraphBuilder graph, LlamaConfig config, Value x, Int4Quantization int4, Func<Scope, Value, Value, Value, int, Value> attend)
    {
        var model = graph.Root["model"];
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            var layer = model["layers", i];
            var normed = Norm(layer["input_layernorm"], x, config);
            x = layer.Add(x, Attention(layer["self_attn"], normed, config, int4, i, attend));
            normed = Norm(layer["post_attention_layernorm"], x, config);
            x = layer.Add(x, Mlp(layer["mlp"], normed, config, int4));
        }

        x = Norm(model["norm"], x, config); // [B, S, D]
        var head = graph.Root["lm_head"];
        var logits = Linear(head, x, config.HiddenSize, config.VocabSize, false, int4, config.TieWordEmbeddings ? EmbedTokens : LmHead); // [B, S, V]
        graph.Output("logits", logits, "B", "S", config.VocabSize);
        graph.Output("last_hidden_state", x, "B", "S", config.HiddenSize);
        return graph.Build();
    }

    private static Value Attention(Scope scope, Value x, LlamaConfig config, Int4Quantization int4, int layer, Func<Scope, Value, Value, Value, int, Value> attend)
    {
        var (d, keyValues) = ((long)config.NumAttentionHeads * config.HeadDim, (long)config.NumKeyValueHeads * config.HeadDim);
        var query = Linear(scope["q_proj"], x, config.HiddenSize, d, config.AttentionBias, int4); // [B, S, H d]
        var key = Linear(scope["k_proj"], x, config.HiddenSize, keyValues, config.AttentionBias, int4); // [B, S, K d]
        var value = Linear(scope["v_proj"], x, config.HiddenSize, keyValues, config.AttentionBias, int4); // [B, S, K d]
        return Linear(scope["o_proj"], attend(scope, query, key, value, layer), d, config.HiddenSize, config.AttentionBias, int4); // [B, S, D]
    }

    /// <summary>SwiGLU: down(silu(gate(x)) * up(x)).</summary>
    private static Value Mlp(Scope scope, Value x, LlamaConfig config, Int4Quantization int4)
    {
        var gate = Linear(scope["gate_proj"], x, config.HiddenSize, config.IntermediateSize, config.MlpBias, int4); // [B, S, I]
        var up = Linear(scope["up_proj"], x, config.HiddenSize, config.IntermediateSize, config.MlpBias, int4); // [B, S, I]
        return Linear(scope["down_proj"], scope.Mul(scope.Silu(gate), up), config.IntermediateSize, config.HiddenSize, config.MlpBias, int4);
    }

    private static Value Norm(Scope scope, Value x, LlamaConfig config) => scope.RmsNorm(x, config.HiddenSize, config.RmsNormEps);

    private static Value Linear(Scope scope, Value x, long from, long to, bool bias, Int4Quantization int4, string? publishedName = null)
    {
        var name = publishedName ?? $"{scope.Path}.weight";
        var product = int4 == Int4Quantization.None
            ? scope.MatMul(x, scope.Graph.Weight(name, [to, from], [from, to], WeightTransform.Transpose, scope.Graph.Options.Storage, scope.Graph.Compute))
            : Int4Linear.MatMul(scope, x, name, from, to, int4);
        return bias ? scope.Add(product, scope.Weight("bias", to)) : product;
    }

    private static Value Rotate(Scope scope, Value x, Value cos, Value sin, Value positions, int heads) =>
        scope.Op("RotaryEmbedding", [x, cos, sin, positions], new() { ["num_heads"] = heads, ["interleaved"] = 0 });

    /// <summary>cos and sin of position / theta^(2i/d), [max_position_embeddings, d/2], computed as the reference does: frequencies and angles in fp32.</summary>
    private static (Value Cos, Value Sin) RotaryTables(GraphBuilder graph, LlamaConfig config)
    {
        var half = config.HeadDim / 2;
        var frequencies = new float[half];
        for (var i = 0; i < half; i++)
        {
            frequencies[i] = 1f / MathF.Pow((float)config.RopeTheta, 2f * i / config.HeadDim);
        }

        if (config.RotaryInBFloat16)
        {
            frequencies = MemoryTensor.FromFloats("frequencies", [half], frequencies).Cast(TensorType.BFloat16).ReadFloats();
        }

        var cos = new float[config.MaxPositionEmbeddings * half];
        var sin = new float[cos.Length];
        for (var position = 0; position < config.MaxPositionEmbeddings; position++)
        {
            for (var i = 0; i < half; i++)
            {
                (sin[(position * half) + i], cos[(position * half) + i]) = MathF.SinCos(position * frequencies[i]);
            }
        }

        long[] shape = [config.MaxPositionEmbeddings, half];
        return (graph.Constant(shape, cos), graph.Constant(shape, sin));
    }
}
