using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>AutoencoderKL's configuration, from the fields of its config.json; older ones have few of them.</summary>
/// <param name="ScalingFactor">Latents are multiplied by it before they are diffused.</param>
public sealed record AutoencoderKlConfig(
    int InChannels,
    int OutChannels,
    int LatentChannels,
    IReadOnlyList<int> BlockOutChannels,
    int LayersPerBlock,
    int NormNumGroups,
    float ScalingFactor,
    bool MidBlockAddAttention,
    bool UseQuantConv,
    bool UsePostQuantConv)
{
    // The reference's, in no configuration.
    public const float NormEps = 1e-6f;

    /// <summary>Pixels along a side for each latent.</summary>
    public int Downscale => 1 << (BlockOutChannels.Count - 1);

    /// <exception cref="CheckpointException">The configuration asks for what this architecture does not have, or the groups don't divide the channels.</exception>
    public static AutoencoderKlConfig From(ModelConfig config)
    {
        ConfigRules.Require(config, "act_fn", "silu");
        ConfigRules.RequireAll(config, "down_block_types", "DownEncoderBlock2D");
        ConfigRules.RequireAll(config, "up_block_types", "UpDecoderBlock2D");
        ConfigRules.RequireAbsent(config, "latents_mean", "latents_std", "shift_factor");
        var autoencoder = new AutoencoderKlConfig(
            config.Int("in_channels", 3),
            config.Int("out_channels", 3),
            config.Int("latent_channels", 4),
            config.Ints("block_out_channels"),
            config.Int("layers_per_block", 1),
            config.Int("norm_num_groups", 32),
            config.Float("scaling_factor", 0.18215f),
            config.Flag("mid_block_add_attention", true),
            config.Flag("use_quant_conv", true),
            config.Flag("use_post_quant_conv", true));
        ConfigRules.RequireAllDivided("norm_num_groups", autoencoder.NormNumGroups, "block_out_channels", autoencoder.BlockOutChannels);
        return autoencoder;
    }
}
