using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Attention and rotary positions, as opset 23 defines them, without caches (those are for serving only).</summary>
internal static class AttentionOperators
{
    public static IEnumerable<(string Name, Operator Run)> All =>
    [
        ("Attention", (call, x) => [Attention(call, x)]),
        ("RotaryEmbedding", (call, x) => [Rotary(call, x)]),
    ];

    // Query [N, heads, Tq, d] or [N, Tq, heads * d]; the result has the query's form.
    private static Tensor Attention(NodeCall call, Tensor?[] x)
    {
        if (NodeCall.Optional(x, 4) is not null || call.Node.Outputs.Count > 1 || call.Float("softcap", 0) != 0)
        {
            throw call.Unsupported("a cache, soft cap or second output");
        }

        using var scope = torch.NewDisposeScope();
        var flat = x[0]!.dim() == 3;
        var query = flat ? SplitHeads(x[0]!, call.Int("q_num_heads", 1)) : x[0]!;
        var key = flat ? SplitHeads(x[1]!, call.Int("kv_num_heads", 1)) : x[1]!;
        var value = flat ? SplitHeads(x[2]!, call.Int("kv_num_heads", 1)) : x[2]!;
        var repeats = query.shape[1] / key.shape[1];
        if (repeats > 1)
        {
            // TorchSharp's binding has no enable_gqa.
            key = key.repeat_interleave(repeats, 1);
            value = value.repeat_interleave(repeats, 1);
        }

        var size = query.shape[3];
        var scale = call.Float("scale", 0);
        if (scale != 0 && Math.Abs(scale * Math.Sqrt(size) - 1) > 1e-6)
        {
            // TorchSharp's binding has no scale: 1/sqrt(d) is applied inside.
            query = query.mul(scale * Math.Sqrt(size));
        }

        var causal = call.Int("is_causal", 0) != 0;
        var mask = NodeCall.Optional(x, 3);
        if (causal && mask is not null)
        {
            mask = WithCausal(mask, query.shape[2], key.shape[2]);
            causal = false;
        }

        var output = nn.functional.scaled_dot_product_attention(query, key, value, mask, is_casual: causal);
        if (flat)
        {
            output = output.transpose(1, 2).reshape(output.shape[0], output.shape[2], -1);
        }

        return output.MoveToOuterDisposeScope();
    }

    private static Tensor SplitHeads(Tensor x, long heads) => x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);

    // A mask of numbers is added to the scores, a mask of booleans says which keys take part.
    private static Tensor WithCausal(Tensor mask, long queries, long keys)
    {
        var lower = torch.ones(queries, keys, ScalarType.Bool, mask.device).tril();
        return mask.dtype == ScalarType.Bool
            ? mask.logical_and(lower)
            : mask.masked_fill(lower.logical_not(), double.NegativeInfinity);
    }

    // X [N, heads, T, d] or [N, T, heads * d]; caches [positions, d/2] with position_ids [N, T], or [N, T, d/2] without.
    private static Tensor Rotary(NodeCall call, Tensor?[] x)
    {
        if (call.Int("interleaved", 0) != 0 || call.Int("rotary_embedding_dim", 0) != 0)
        {
            throw call.Unsupported("interleaved or partial rotation");
        }

        using var scope = torch.NewDisposeScope();
        var flat = x[0]!.dim() == 3;
        var input = flat ? SplitHeads(x[0]!, call.Int("num_heads", 1)) : x[0]!;
        var (cos, sin) = (Positions(x[1]!), Positions(x[2]!));
        var half = input.shape[3] / 2;
        var (first, second) = (input.narrow(3, 0, half), input.narrow(3, half, half));
        var output = torch.cat([first * cos - second * sin, second * cos + first * sin], 3);
        if (flat)
        {
            output = output.transpose(1, 2).reshape(x[0]!.shape);
        }

        return output.MoveToOuterDisposeScope();

        // [N, 1, T, d/2]
        Tensor Positions(Tensor cache)
        {
            if (NodeCall.Optional(x, 3) is not { } ids)
            {
                return cache.unsqueeze(1);
            }

            return cache.index_select(0, ids.reshape(-1)).reshape(ids.shape[0], 1, ids.shape[1], -1);
        }
    }
}
