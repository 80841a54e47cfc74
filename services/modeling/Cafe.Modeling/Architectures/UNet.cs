using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// Stable Diffusion 2's UNet (UNet2DConditionModel) with CAFE's cross-attention (Eq. 1). Served as two graphs: the conditions' keys and values don't change while a picture is sampled, so
/// <see cref="BuildConditioner"/> runs once per request and <see cref="Build"/> at every step. Trained as one, <see cref="BuildWhole"/>. B rows, each with its own timestep.
/// </summary>
public sealed class UNet
{
    private readonly UNetConfig config;
    private readonly GraphBuilder g;
    private readonly Func<Scope, CrossAttentionLayer, int, CrossConditions> conditions;
    private readonly Value strength;
    private int crossAttentions;

    private UNet(UNetConfig config, GraphBuilder g, Func<Scope, CrossAttentionLayer, int, CrossConditions> conditions, Value strength)
    {
        this.config = config;
        this.g = g;
        this.conditions = conditions;
        this.strength = g.Root.Unsqueeze(strength, 1, 2); // [B, 1, 1]
    }

    /// <summary>The cross-attention layers in the order of the module walk: down, mid, up. Their number in it names the conditioner's outputs.</summary>
    public static IReadOnlyList<CrossAttentionLayer> CrossAttentions(UNetConfig config)
    {
        var layers = new List<CrossAttentionLayer>();
        var levels = config.BlockOutChannels.Count;
        void Add(string path, int level) => layers.AddRange(Enumerable.Range(0, config.TransformerLayers[level]).Select(i =>
            new CrossAttentionLayer($"{path}.transformer_blocks.{i}.attn2", config.BlockOutChannels[level], config.Heads[level])));

        for (var i = 0; i < levels; i++)
        {
            for (var j = 0; config.CrossAttends[i] && j < config.LayersPerBlock; j++)
            {
                Add($"down_blocks.{i}.attentions.{j}", i);
            }
        }

        Add("mid_block.attentions.0", levels - 1);
        for (var i = 0; i < levels; i++)
        {
            for (var j = 0; config.CrossAttends[levels - 1 - i] && j <= config.LayersPerBlock; j++)
            {
                Add($"up_blocks.{i}.attentions.{j}", levels - 1 - i);
            }
        }

        return layers;
    }

    /// <summary><c>semantic</c> [N, n, width] and <c>subject</c> [N, m, width] to keys and values [N, heads, n or m, d] for every cross-attention layer.</summary>
    public static Graph BuildConditioner(UNetConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("conditioner", options);
        var semantic = g.Input("semantic", "N", "n", config.SemanticWidth);
        var subject = g.Input("subject", "N", "m", config.SubjectWidth);
        foreach (var (layer, j) in CrossAttentions(config).Select((layer, j) => (layer, j)))
        {
            var made = Project(g.Root[layer.Path], config, layer, semantic, subject);
            g.Output($"semantic_key.{j}", made.SemanticKey, g.Compute, "N", layer.Heads, "n", layer.Channels / layer.Heads);
            g.Output($"semantic_value.{j}", made.SemanticValue, g.Compute, "N", layer.Heads, "n", layer.Channels / layer.Heads);
            g.Output($"subject_key.{j}", made.SubjectKey, g.Compute, "N", layer.Heads, "m", layer.Channels / layer.Heads);
            g.Output($"subject_value.{j}", made.SubjectValue, g.Compute, "N", layer.Heads, "m", layer.Channels / layer.Heads);
        }

        return g.Build();
    }

    /// <summary><c>sample</c> [B, C, H, W], <c>timestep</c> [B], <c>subject_strength</c> [B] and the conditioner's outputs to <c>out_sample</c> [B, C, H, W].</summary>
    public static Graph Build(UNetConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("unet", options);
        var sample = g.Input("sample", "B", config.InChannels, "H", "W");
        var timestep = g.Input("timestep", TensorType.Float32, "B");
        var strength = g.Input("subject_strength", "B");
        var inputs = CrossAttentions(config).Select((layer, j) =>
        {
            Value Of(string name, string tokens) => g.Input($"{name}.{j}", g.Compute, "B", layer.Heads, tokens, layer.Channels / layer.Heads);
            return new CrossConditions(Of("semantic_key", "n"), Of("semantic_value", "n"), Of("subject_key", "m"), Of("subject_value", "m"));
        }).ToArray();
        return new UNet(config, g, (_, _, j) => inputs[j], strength).Forward(sample, timestep);
    }

    /// <summary>Both graphs in one, from <c>sample</c>, <c>timestep</c>, <c>subject_strength</c>, <c>semantic</c> and <c>subject</c> to <c>out_sample</c>: what is trained.</summary>
    public static Graph BuildWhole(UNetConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("unet", options);
        var sample = g.Input("sample", "B", config.InChannels, "H", "W");
        var timestep = g.Input("timestep", TensorType.Float32, "B");
        var strength = g.Input("subject_strength", "B");
        var semantic = g.Input("semantic", "B", "n", config.SemanticWidth);
        var subject = g.Input("subject", "B", "m", config.SubjectWidth);
        return new UNet(config, g, (scope, layer, _) => Project(scope, config, layer, semantic, subject), strength).Forward(sample, timestep);
    }

    private static CrossConditions Project(Scope scope, UNetConfig config, CrossAttentionLayer layer, Value semantic, Value subject)
    {
        Value Heads(string name, Value x, int width) => scope[name].SplitHeads(scope[name].Linear(x, width, layer.Channels, bias: false), layer.Heads, layer.Channels);
        return new CrossConditions(
            Heads("to_k", semantic, config.SemanticWidth),
            Heads("to_v", semantic, config.SemanticWidth),
            Heads("to_k_subject", subject, config.SubjectWidth),
            Heads("to_v_subject", subject, config.SubjectWidth));
    }

    private Graph Forward(Value sample, Value timestep)
    {
        var root = g.Root;
        var channels = config.BlockOutChannels;
        var levels = channels.Count;
        var time = EmbedTime(root, timestep);                                                // [B, timeEmbedDim]
        var x = root["conv_in"].Conv2d(sample, config.InChannels, channels[0], kernel: 3, padding: 1);
        var skips = new Stack<(Value Value, int Channels)>([(x, channels[0])]);
        for (var i = 0; i < levels; i++)
        {
            x = Down(root["down_blocks", i], x, time, skips, i);
        }

        var mid = root["mid_block"];
        x = Resnet(mid["resnets.0"], x, channels[^1], channels[^1], time);
        x = Transformer(mid["attentions.0"], x, levels - 1);
        x = Resnet(mid["resnets.1"], x, channels[^1], channels[^1], time);

        for (var i = 0; i < levels; i++)
        {
            x = Up(root["up_blocks", i], x, time, skips, levels - 1 - i);
        }

        x = root.Silu(root["conv_norm_out"].GroupNorm(x, channels[0], config.NormNumGroups, config.NormEps));
        g.Output("out_sample", root["conv_out"].Conv2d(x, channels[0], config.OutChannels, kernel: 3, padding: 1), "B", config.OutChannels, "H", "W");
        return g.Build();
    }

    // Sines and cosines of the timestep at geometrically falling frequencies, then two layers. The residual blocks all begin with the same activation, done here once.
    private Value EmbedTime(Scope root, Value timestep)
    {
        var width = config.BlockOutChannels[0];
        var half = width / 2;
        var frequencies = Enumerable.Range(0, half).Select(i => (float)Math.Exp(-Math.Log(10000) * i / (half - config.FreqShift))).ToArray();
        var scope = root["time_proj"];
        var angles = scope.Mul(scope.Unsqueeze(timestep, 1), g.Constant([1, half], frequencies, TensorType.Float32));   // [B, half]
        var (sin, cos) = (scope.Sin(angles), scope.Cos(angles));
        var waves = scope.Cast(config.FlipSinToCos ? scope.Concat(1, cos, sin) : scope.Concat(1, sin, cos), g.Compute);
        var embedding = root["time_embedding"];
        var h = embedding.Silu(embedding["linear_1"].Linear(waves, width, config.TimeEmbedDim));
        return embedding.Silu(embedding["linear_2"].Linear(h, config.TimeEmbedDim, config.TimeEmbedDim));
    }

    private Value Down(Scope block, Value x, Value time, Stack<(Value, int)> skips, int level)
    {
        var channels = config.BlockOutChannels;
        for (var j = 0; j < config.LayersPerBlock; j++)
        {
            x = Resnet(block["resnets", j], x, j == 0 ? channels[Math.Max(level - 1, 0)] : channels[level], channels[level], time);
            x = config.CrossAttends[level] ? Transformer(block["attentions", j], x, level) : x;
            skips.Push((x, channels[level]));
        }

        if (level < channels.Count - 1)
        {
            x = block["downsamplers.0"]["conv"].Conv2d(x, channels[level], channels[level], kernel: 3, stride: 2, padding: config.DownsamplePadding);
            skips.Push((x, channels[level]));
        }

        return x;
    }

    private Value Up(Scope block, Value x, Value time, Stack<(Value Value, int Channels)> skips, int level)
    {
        var channels = config.BlockOutChannels;
        for (var j = 0; j <= config.LayersPerBlock; j++)
        {
            var from = j == 0 ? channels[Math.Min(level + 1, channels.Count - 1)] : channels[level];
            var skip = skips.Pop();
            x = Resnet(block["resnets", j], block.Concat(1, x, skip.Value), from + skip.Channels, channels[level], time);
            x = config.CrossAttends[level] ? Transformer(block["attentions", j], x, level) : x;
        }

        if (level > 0)
        {
            // To the size of the level above, which is not twice this one where that was odd.
            var upsampler = block["upsamplers.0"];
            var size = upsampler.Concat(0, upsampler.Shape(x, 0, 2), upsampler.Shape(skips.Peek().Value, 2, 4));
            x = upsampler["conv"].Conv2d(upsampler.ResizeNearest(x, size), channels[level], channels[level], kernel: 3, padding: 1);
        }

        return x;
    }

    private Value Resnet(Scope scope, Value x, int from, int to, Value time) =>
        ResnetBlock.Build(scope, x, from, to, config.NormNumGroups, config.NormEps, time, config.TimeEmbedDim);

    private Value Transformer(Scope scope, Value x, int level)
    {
        var channels = config.BlockOutChannels[level];
        var h = scope["norm"].GroupNorm(x, channels, config.NormNumGroups, UNetConfig.TransformerNormEps);
        h = config.UseLinearProjection ? scope["proj_in"].Linear(ToRows(scope, h, channels), channels, channels) : ToRows(scope, scope["proj_in"].Conv2d(h, channels, channels, kernel: 1), channels);
        for (var i = 0; i < config.TransformerLayers[level]; i++)
        {
            h = Block(scope["transformer_blocks", i], h, channels, config.Heads[level]);     // [B, H W, channels]
        }

        h = config.UseLinearProjection ? ToPicture(scope, scope["proj_out"].Linear(h, channels, channels), x) : scope["proj_out"].Conv2d(ToPicture(scope, h, x), channels, channels, kernel: 1);
        return scope.Add(h, x);
    }

    private Value Block(Scope scope, Value x, int channels, int heads)
    {
        var half = g.Compute != TensorType.Float32; // scores of Stable Diffusion 2's attention pass fp16's range
        var self = scope["attn1"];
        var h = scope["norm1"].LayerNorm(x, channels, UNetConfig.LayerNormEps);
        h = self.Attention(self["to_q"].Linear(h, channels, channels, bias: false), self["to_k"].Linear(h, channels, channels, bias: false), self["to_v"].Linear(h, channels, channels, bias: false), heads, inFloat32: half);
        x = scope.Add(x, self["to_out.0"].Linear(h, channels, channels));

        // Eq. 1: the same queries attend to both conditions, and the subject's answer is weighted.
        var cross = scope["attn2"];
        var c = conditions(cross, new CrossAttentionLayer(cross.Path, channels, heads), crossAttentions++);
        var query = cross["to_q"].Linear(scope["norm2"].LayerNorm(x, channels, UNetConfig.LayerNormEps), channels, channels, bias: false);
        var semantic = cross.AttentionToHeads(query, c.SemanticKey, c.SemanticValue, heads, channels, inFloat32: half);
        var subject = cross.AttentionToHeads(query, c.SubjectKey, c.SubjectValue, heads, channels, inFloat32: half);
        h = cross.Add(semantic, cross.Mul(subject, strength));
        x = scope.Add(x, cross["to_out.0"].Linear(h, channels, channels));

        var ff = scope["ff"]["net"];
        var gated = scope.Split(ff["0"]["proj"].Linear(scope["norm3"].LayerNorm(x, channels, UNetConfig.LayerNormEps), channels, 8 * channels), -1, 2);
        return scope.Add(x, ff["2"].Linear(ff.Mul(gated[0], ff.Gelu(gated[1])), 4 * channels, channels));
    }

    private static Value ToRows(Scope scope, Value x, int channels) => scope.Transpose(scope.Reshape(x, 0, channels, -1), 0, 2, 1);

    private static Value ToPicture(Scope scope, Value rows, Value like) => scope.Reshape(scope.Transpose(rows, 0, 2, 1), scope.Shape(like));
}
