using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// A residual convolutional network from a picture to one embedding: the evaluators, which judge what is generated and are of no conditioning encoder's kind. N pictures of h x w pixels.
/// </summary>
public static class PictureCnn
{
    private const float NormEps = 1e-5f;

    /// <summary><c>pixel_values</c> [N, 3, h, w] to <c>embedding</c> [N, width], and <c>{head}_logits</c> [N, classes] for every head.</summary>
    public static Graph Build(PictureCnnConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("evaluator", options);
        var x = g.Input("pixel_values", "N", 3, "h", "w");
        var channels = config.Channels;
        x = g.Root["conv_in"].Conv2d(x, 3, channels[0], kernel: 3, padding: 1);
        for (var i = 0; i < channels.Count; i++)
        {
            var level = g.Root["levels", i];
            x = level["down"].Conv2d(x, channels[Math.Max(i - 1, 0)], channels[i], kernel: 3, stride: 2, padding: 1);
            for (var j = 0; j < config.LayersPerLevel; j++)
            {
                x = ResnetBlock.Build(level["resnets", j], x, channels[i], channels[i], config.NormNumGroups, NormEps);
            }
        }

        x = g.Root.Silu(g.Root["norm_out"].GroupNorm(x, channels[^1], config.NormNumGroups, NormEps));
        x = g.Root.Op("ReduceMean", [x, g.Constant(2, 3)], new() { ["keepdims"] = 0 });      // [N, channels]
        var embedding = g.Root["embedding"].Linear(x, channels[^1], config.Width);
        foreach (var (name, classes) in config.Heads)
        {
            g.Output($"{name}_logits", g.Root["heads"][name].Linear(embedding, config.Width, classes), "N", classes);
        }

        g.Output("embedding", embedding, "N", config.Width);
        return g.Build();
    }
}
