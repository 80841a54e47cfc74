using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>ViT (ViTModel), as DINO ViT-S/16 is published: the feature is the first of T tokens of width D, the class token's.</summary>
public static class Vit
{
    /// <summary>A pooler that classifiers use and features don't.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [@"^pooler\."];

    public static Graph Build(VitConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("vit", options);
        var pixels = g.Input("pixel_values", "N", config.NumChannels, config.ImageSize, config.ImageSize);
        var embeddings = g.Root["embeddings"];
        var size = config.HiddenSize;
        var patches = embeddings["patch_embeddings"]["projection"].Conv2d(pixels, config.NumChannels, size, config.PatchSize, config.PatchSize);
        var x = PatchTokens.Prepend(embeddings, patches, embeddings.Weight("cls_token", 1, 1, size), size);
        x = embeddings.Add(x, embeddings.Weight("position_embeddings", 1, config.Tokens, size));  // [N, T, D]
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            x = Layer(g.Root["encoder"]["layer", i], config, x);
        }

        g.Output("last_hidden_state", g.Root["layernorm"].LayerNorm(x, size, config.LayerNormEps), "N", config.Tokens, size);
        return g.Build();
    }

    private static Value Layer(Scope scope, VitConfig config, Value x)
    {
        var size = config.HiddenSize;
        var h = scope["layernorm_before"].LayerNorm(x, size, config.LayerNormEps);
        var inner = scope["attention"]["attention"];
        var query = inner["query"].Linear(h, size, size, config.QkvBias);
        var key = inner["key"].Linear(h, size, size, config.QkvBias);
        var value = inner["value"].Linear(h, size, size, config.QkvBias);
        h = inner.Attention(query, key, value, config.NumAttentionHeads);
        x = scope.Add(x, scope["attention"]["output"]["dense"].Linear(h, size, size));
        h = scope["layernorm_after"].LayerNorm(x, size, config.LayerNormEps);
        h = scope.Activate(config.HiddenAct, scope["intermediate"]["dense"].Linear(h, size, config.IntermediateSize));
        return scope.Add(x, scope["output"]["dense"].Linear(h, config.IntermediateSize, size));
    }
}
