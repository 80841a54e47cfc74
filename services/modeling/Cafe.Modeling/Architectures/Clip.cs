using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>CLIP (CLIPModel): both towers with their projections, unnormalised.</summary>
public static class Clip
{
    // Configurations before transformers 4.31 say 2 here, whatever the tokenizer has; the reference then takes the largest id, which is the end of text's.
    private const int LegacyEosTokenId = 2;

    // Added to scores of keys that must not be seen; its exponential is 0 in fp32 and fp16 alike.
    private const float Hidden = -10000;

    /// <summary>The temperature of the contrastive loss, and position indices in older files.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [@"^logit_scale$", .. IgnoredNames.Buffers];

    /// <summary>Pictures to embeddings: <c>image_embeds</c> [N, projection].</summary>
    /// <param name="hiddenStateAfter">Also gives <c>hidden_state</c> [N, T, D], all tokens after so many layers, before the last norm; null for the embeddings alone.</param>
    public static Graph BuildVision(ClipConfig config, GraphOptions? options = null, int? hiddenStateAfter = null)
    {
        var tower = config.Vision;
        var size = tower.HiddenSize;
        var g = new GraphBuilder("image_encoder", options);
        var pixels = g.Input("pixel_values", "N", config.NumChannels, config.ImageSize, config.ImageSize);
        var model = g.Root["vision_model"];
        var embeddings = model["embeddings"];
        var patches = embeddings["patch_embedding"].Conv2d(pixels, config.NumChannels, size, config.PatchSize, config.PatchSize, bias: false);
        var x = PatchTokens.Prepend(embeddings, patches, embeddings.Reshape(embeddings.Weight("class_embedding", size), 1, 1, size), size);
        x = embeddings.Add(x, embeddings["position_embedding"].Weight("weight", config.VisionTokens, size));
        x = model["pre_layrnorm"].LayerNorm(x, size, tower.LayerNormEps);                    // [N, T, D]; the name is the checkpoints' own
        for (var i = 0; i < tower.NumHiddenLayers; i++)
        {
            if (i == hiddenStateAfter)
            {
                g.Output("hidden_state", x, "N", config.VisionTokens, size);
            }

            x = Layer(model["encoder"]["layers", i], tower, x, mask: null);
        }

        if (hiddenStateAfter == tower.NumHiddenLayers)
        {
            g.Output("hidden_state", x, "N", config.VisionTokens, size);
        }

        var pooled = model["post_layernorm"].LayerNorm(model.Gather(x, g.Scalar(0), axis: 1), size, tower.LayerNormEps);  // [N, D]
        g.Output("image_embeds", g.Root["visual_projection"].Linear(pooled, size, config.ProjectionDim, bias: false), "N", config.ProjectionDim);
        return g.Build();
    }

    /// <summary>Texts to embeddings: <c>text_embeds</c> [N, projection], taken at the end-of-text position.</summary>
    /// <param name="positions">Ids in a text; null for any number up to the trained one.</param>
    public static Graph BuildText(ClipConfig config, int? positions = null, GraphOptions? options = null)
    {
        var tower = config.Text;
        var size = tower.HiddenSize;
        var g = new GraphBuilder("text_encoder", options);
        Dim length = positions is { } fixedLength ? fixedLength : "T";
        var ids = g.Input("input_ids", TensorType.Int64, "N", length);
        var seen = g.Input("attention_mask", TensorType.Int64, "N", length);
        var model = g.Root["text_model"];
        var embeddings = model["embeddings"];
        var tokens = embeddings["token_embedding"].Weight("weight", config.VocabSize, size);
        var places = embeddings["position_embedding"].Weight("weight", config.MaxPositionEmbeddings, size);
        var count = model.Shape(ids, 1, 2);                                                  // T
        var x = embeddings.Add(embeddings.Gather(tokens, ids), embeddings.Slice(places, 0, g.Constant(0), count));  // [N, T, D]
        var mask = TextMask(model, config, seen, count);
        for (var i = 0; i < tower.NumHiddenLayers; i++)
        {
            x = Layer(model["encoder"]["layers", i], tower, x, mask);
        }

        x = model["final_layer_norm"].LayerNorm(x, size, tower.LayerNormEps);

        var pooled = AtEndOfText(model, config, x, ids);                                     // [N, D]
        g.Output("text_embeds", g.Root["text_projection"].Linear(pooled, size, config.ProjectionDim, bias: false), "N", config.ProjectionDim);
        return g.Build();
    }

    private static Value Layer(Scope scope, ClipTowerConfig tower, Value x, Value? mask)
    {
        var size = tower.HiddenSize;
        var h = scope["layer_norm1"].LayerNorm(x, size, tower.LayerNormEps);
        var attention = scope["self_attn"];
        var query = attention["q_proj"].Linear(h, size, size);
        var key = attention["k_proj"].Linear(h, size, size);
        var value = attention["v_proj"].Linear(h, size, size);
        x = scope.Add(x, attention["out_proj"].Linear(attention.Attention(query, key, value, tower.NumAttentionHeads, mask), size, size));
        h = scope["layer_norm2"].LayerNorm(x, size, tower.LayerNormEps);
        h = scope.Activate(tower.HiddenAct, scope["mlp"]["fc1"].Linear(h, size, tower.IntermediateSize));
        return scope.Add(x, scope["mlp"]["fc2"].Linear(h, tower.IntermediateSize, size));
    }

    // [N, 1, T, T]: a token sees itself and those before it, padding excepted.
    private static Value TextMask(Scope scope, ClipConfig config, Value seen, Value count)
    {
        var g = scope.Graph;
        var size = config.MaxPositionEmbeddings;
        var values = Enumerable.Range(0, size * size).Select(i => i % size > i / size ? Hidden : 0f).ToArray();
        var causal = scope.Slice(g.Constant([1, 1, size, size], values), 2, g.Constant(0), count);
        causal = scope.Slice(causal, 3, g.Constant(0), count);                               // [1, 1, T, T]
        var padding = scope.Mul(scope.Sub(g.Scalar(1f), scope.Cast(seen, g.Compute)), g.Scalar(Hidden));
        return scope.Add(causal, scope.Unsqueeze(padding, 1, 2));
    }

    private static Value AtEndOfText(Scope scope, ClipConfig config, Value x, Value ids)
    {
        var g = scope.Graph;
        var marks = config.EosTokenId == LegacyEosTokenId ? ids : scope.Equal(ids, g.Scalar((long)config.EosTokenId));
        var first = scope.Op("ArgMax", [scope.Cast(marks, TensorType.Int32)], new() { ["axis"] = 1, ["keepdims"] = 1 }, TensorType.Int64);  // [N, 1]
        var index = scope.Expand(scope.Unsqueeze(first, 2), g.Constant(1, 1, config.Text.HiddenSize));   // [N, 1, D]
        return scope.Squeeze(scope.Op("GatherElements", [x, index], new() { ["axis"] = 1 }), 1);
    }
}
