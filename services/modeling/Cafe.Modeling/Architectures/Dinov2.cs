using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>DINOv2 (Dinov2Model): a vision transformer with layer scale. N pictures of h x w pixels become T = 1 + (h / patch) (w / patch) tokens of width D.</summary>
public static class Dinov2
{
    /// <summary>The token that masks patches while it was trained.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [@"^embeddings\.mask_token$"];

    /// <summary>The graph for pictures of one size; where that is not the trained size, position embeddings are interpolated when the graph is written.</summary>
    public static Graph Build(Dinov2Config config, int height, int width, GraphOptions? options = null)
    {
        var g = new GraphBuilder("subject_encoder", options);
        var pixels = g.Input("pixel_values", "N", config.NumChannels, height, width);
        var x = Embed(g.Root["embeddings"], config, pixels, height, width);                  // [N, T, D]
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            x = Layer(g.Root["encoder"]["layer", i], config, x);
        }

        x = g.Root["layernorm"].LayerNorm(x, config.HiddenSize, config.LayerNormEps);
        var tokens = 1 + (height / config.PatchSize * (width / config.PatchSize));
        g.Output("last_hidden_state", x, "N", tokens, config.HiddenSize);
        return g.Build();
    }

    private static Value Embed(Scope scope, Dinov2Config config, Value pixels, int height, int width)
    {
        var size = config.HiddenSize;
        var patches = scope["patch_embeddings"]["projection"].Conv2d(pixels, config.NumChannels, size, config.PatchSize, config.PatchSize);
        var tokens = PatchTokens.Prepend(scope, patches, scope.Weight("cls_token", 1, 1, size), size);
        return scope.Add(tokens, Positions(scope, config, height / config.PatchSize, width / config.PatchSize));
    }

    private static Value Positions(Scope scope, Dinov2Config config, int rows, int columns)
    {
        long[] published = [1, 1 + (config.Grid * config.Grid), config.HiddenSize];
        return rows == config.Grid && columns == config.Grid
            ? scope.Weight("position_embeddings", published)
            : scope.Weight("position_embeddings", published, [1, 1 + (rows * columns), config.HiddenSize], new InterpolatedPositions(config.Grid, rows, columns));
    }

    private static Value Layer(Scope scope, Dinov2Config config, Value x)
    {
        var size = config.HiddenSize;
        var h = scope["norm1"].LayerNorm(x, size, config.LayerNormEps);
        h = Attention(scope["attention"], config, h);
        x = scope.Add(x, scope.Mul(h, scope["layer_scale1"].Weight("lambda1", size)));
        h = scope["norm2"].LayerNorm(x, size, config.LayerNormEps);
        h = config.UseSwigluFfn ? GatedFeedForward(scope["mlp"], config, h) : FeedForward(scope["mlp"], config, h);
        return scope.Add(x, scope.Mul(h, scope["layer_scale2"].Weight("lambda1", size)));
    }

    private static Value Attention(Scope scope, Dinov2Config config, Value x)
    {
        var size = config.HiddenSize;
        var inner = scope["attention"];
        var query = inner["query"].Linear(x, size, size, config.QkvBias);
        var key = inner["key"].Linear(x, size, size, config.QkvBias);
        var value = inner["value"].Linear(x, size, size, config.QkvBias);
        return scope["output"]["dense"].Linear(inner.Attention(query, key, value, config.NumAttentionHeads), size, size);
    }

    private static Value FeedForward(Scope scope, Dinov2Config config, Value x)
    {
        var h = scope["fc1"].Linear(x, config.HiddenSize, config.FeedForwardSize);
        return scope["fc2"].Linear(scope.Activate(config.HiddenAct, h), config.FeedForwardSize, config.HiddenSize);
    }

    private static Value GatedFeedForward(Scope scope, Dinov2Config config, Value x)
    {
        var both = scope.Split(scope["weights_in"].Linear(x, config.HiddenSize, 2 * config.FeedForwardSize), -1, 2);
        return scope["weights_out"].Linear(scope.Mul(scope.Silu(both[0]), both[1]), config.FeedForwardSize, config.HiddenSize);
    }
}
