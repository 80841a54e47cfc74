using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Architectures;

/// <summary>
/// Stable Diffusion's autoencoder (AutoencoderKL): pictures to latents and back. Its activations pass fp16's range, so it computes in fp32 whatever is asked; fp16 is how weights are kept.
/// </summary>
public static class AutoencoderKl
{
    /// <summary>Names of attention weights as they were before diffusers 0.18, and as they are used here.</summary>
    public static IReadOnlyList<KeyRename> Renames => KeyRename.AutoencoderAttention;

    /// <summary><c>sample</c> [N, 3, H, W] in [-1, 1] to <c>latent_parameters</c> [N, 2 * latent, H / downscale, W / downscale]: means, then log variances within -30 and 20.</summary>
    public static Graph BuildEncoder(AutoencoderKlConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("vae_encoder", InFloat32(options));
        var channels = config.BlockOutChannels;
        var latents = 2 * config.LatentChannels;
        var encoder = g.Root["encoder"];
        var x = encoder["conv_in"].Conv2d(g.Input("sample", "N", config.InChannels, "H", "W"), config.InChannels, channels[0], kernel: 3, padding: 1);
        for (var i = 0; i < channels.Count; i++)
        {
            var block = encoder["down_blocks", i];
            x = Resnets(block, config, x, channels[Math.Max(i - 1, 0)], channels[i], config.LayersPerBlock);
            if (i < channels.Count - 1)
            {
                // Half the size; the reference pads right and bottom alone.
                x = block["downsamplers.0"]["conv"].Conv2d(x, channels[i], channels[i], kernel: 3, stride: 2, [0, 0, 1, 1], bias: true);
            }
        }

        x = MidBlock(encoder["mid_block"], config, x, channels[^1]);
        x = encoder.Silu(encoder["conv_norm_out"].GroupNorm(x, channels[^1], config.NormNumGroups, AutoencoderKlConfig.NormEps));
        x = encoder["conv_out"].Conv2d(x, channels[^1], latents, kernel: 3, padding: 1);
        if (config.UseQuantConv)
        {
            x = g.Root["quant_conv"].Conv2d(x, latents, latents, kernel: 1);
        }

        var halves = encoder.Split(x, axis: 1, parts: 2);
        var variance = encoder.Op("Clip", [halves[1], g.Scalar(-30f), g.Scalar(20f)]);
        g.Output("latent_parameters", encoder.Concat(1, halves[0], variance), "N", latents, "h", "w");
        return g.Build();
    }

    /// <summary><c>latent_sample</c> [N, latent, h, w], already divided by the scaling factor, to <c>sample</c> [N, 3, h * downscale, w * downscale], about in [-1, 1].</summary>
    public static Graph BuildDecoder(AutoencoderKlConfig config, GraphOptions? options = null)
    {
        var g = new GraphBuilder("vae_decoder", InFloat32(options));
        var channels = config.BlockOutChannels.Reverse().ToArray();
        var x = g.Input("latent_sample", "N", config.LatentChannels, "h", "w");
        if (config.UsePostQuantConv)
        {
            x = g.Root["post_quant_conv"].Conv2d(x, config.LatentChannels, config.LatentChannels, kernel: 1);
        }

        var decoder = g.Root["decoder"];
        x = decoder["conv_in"].Conv2d(x, config.LatentChannels, channels[0], kernel: 3, padding: 1);
        x = MidBlock(decoder["mid_block"], config, x, channels[0]);
        for (var i = 0; i < channels.Length; i++)
        {
            var block = decoder["up_blocks", i];
            x = Resnets(block, config, x, channels[Math.Max(i - 1, 0)], channels[i], config.LayersPerBlock + 1);
            if (i < channels.Length - 1)
            {
                var upsampler = block["upsamplers.0"];
                x = upsampler["conv"].Conv2d(upsampler.UpsampleNearest2x(x), channels[i], channels[i], kernel: 3, padding: 1);
            }
        }

        x = decoder.Silu(decoder["conv_norm_out"].GroupNorm(x, channels[^1], config.NormNumGroups, AutoencoderKlConfig.NormEps));
        g.Output("sample", decoder["conv_out"].Conv2d(x, channels[^1], config.OutChannels, kernel: 3, padding: 1), "N", config.OutChannels, "H", "W");
        return g.Build();
    }

    private static GraphOptions InFloat32(GraphOptions? options) => (options ?? new GraphOptions()) with { Compute = TensorType.Float32 };

    private static Value Resnets(Scope block, AutoencoderKlConfig config, Value x, int from, int to, int count)
    {
        for (var i = 0; i < count; i++)
        {
            x = ResnetBlock.Build(block["resnets", i], x, i == 0 ? from : to, to, config.NormNumGroups, AutoencoderKlConfig.NormEps);
        }

        return x;
    }

    private static Value MidBlock(Scope scope, AutoencoderKlConfig config, Value x, int channels)
    {
        x = ResnetBlock.Build(scope["resnets.0"], x, channels, channels, config.NormNumGroups, AutoencoderKlConfig.NormEps);
        if (config.MidBlockAddAttention)
        {
            x = Attention(scope["attentions.0"], config, x, channels);
        }

        return ResnetBlock.Build(scope["resnets.1"], x, channels, channels, config.NormNumGroups, AutoencoderKlConfig.NormEps);
    }

    // One head over all positions.
    private static Value Attention(Scope scope, AutoencoderKlConfig config, Value x, int channels)
    {
        var h = scope["group_norm"].GroupNorm(x, channels, config.NormNumGroups, AutoencoderKlConfig.NormEps);
        h = scope.Transpose(scope.Reshape(h, 0, channels, -1), 0, 2, 1);                     // [N, h w, C]
        var query = scope["to_q"].Linear(h, channels, channels);
        var key = scope["to_k"].Linear(h, channels, channels);
        var value = scope["to_v"].Linear(h, channels, channels);
        h = scope["to_out.0"].Linear(scope.Attention(query, key, value, heads: 1), channels, channels);
        return scope.Add(x, scope.Reshape(scope.Transpose(h, 0, 2, 1), scope.Shape(x)));
    }
}
