using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>The diffusion UNet's configuration, from the fields of its config.json; widths of the conditions are the weights' own.</summary>
/// <param name="Heads">Attention heads of each block (the field is called attention_head_dim and holds counts).</param>
/// <param name="CrossAttends">Whether each down block has attention; the up blocks mirror them.</param>
/// <param name="TransformerLayers">Transformer layers of each attention module, by block.</param>
/// <param name="SemanticWidth">Width of the semantic condition's tokens.</param>
/// <param name="SubjectWidth">Width of the subject condition's tokens.</param>
public sealed record UNetConfig(
    int InChannels,
    int OutChannels,
    IReadOnlyList<int> BlockOutChannels,
    IReadOnlyList<int> Heads,
    IReadOnlyList<bool> CrossAttends,
    IReadOnlyList<int> TransformerLayers,
    int LayersPerBlock,
    int NormNumGroups,
    float NormEps,
    int TimeEmbedDim,
    bool FlipSinToCos,
    float FreqShift,
    int DownsamplePadding,
    bool UseLinearProjection,
    int SemanticWidth,
    int SubjectWidth)
{
    // The reference's, in no configuration.
    public const float TransformerNormEps = 1e-6f;
    public const float LayerNormEps = 1e-5f;

    private const string DownAttention = "CrossAttnDownBlock2D";
    private const string UpAttention = "CrossAttnUpBlock2D";

    /// <exception cref="CheckpointException">The configuration asks for what this architecture does not have, its sizes don't fit each other, or the weights have no subject keys.</exception>
    public static UNetConfig From(ModelConfig config, Checkpoint weights) =>
        From(config, Width(weights, ".attn2.to_k.weight"), Width(weights, ".attn2.to_k_subject.weight"));

    /// <exception cref="CheckpointException">The configuration asks for what this architecture does not have, or its sizes don't fit each other.</exception>
    public static UNetConfig From(ModelConfig config, int semanticWidth, int subjectWidth)
    {
        Refuse(config);
        var channels = config.Ints("block_out_channels");
        var down = config.Texts("down_block_types");
        var up = config.Texts("up_block_types");
        if (down.Length != channels.Length || !down.Select(t => t == DownAttention).SequenceEqual(up.Reverse().Select(t => t == UpAttention)))
        {
            throw new CheckpointException($"'up_block_types' [{string.Join(", ", up)}] should mirror 'down_block_types' [{string.Join(", ", down)}], one of each for the {channels.Length} 'block_out_channels'.");
        }

        var heads = config.Has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
        var unet = new UNetConfig(
            config.Int("in_channels", 4),
            config.Int("out_channels", 4),
            channels,
            config.Ints(heads, channels.Length),
            [.. down.Select(t => t == DownAttention)],
            config.Has("transformer_layers_per_block") ? config.Ints("transformer_layers_per_block", channels.Length) : [.. channels.Select(_ => 1)],
            config.Int("layers_per_block", 2),
            config.Int("norm_num_groups", 32),
            config.Float("norm_eps", 1e-5f),
            config.Int("time_embedding_dim", 4 * channels[0]),
            config.Flag("flip_sin_to_cos", true),
            config.Float("freq_shift", 0),
            config.Int("downsample_padding", 1),
            config.Flag("use_linear_projection", false),
            semanticWidth,
            subjectWidth);
        ConfigRules.RequireAllDivided("norm_num_groups", unet.NormNumGroups, "block_out_channels", channels);

        // The middle block has the last one's heads.
        for (var i = 0; i < channels.Length; i++)
        {
            if (unet.CrossAttends[i] || i == channels.Length - 1)
            {
                ConfigRules.RequireDivides($"{heads}[{i}]", unet.Heads[i], $"block_out_channels[{i}]", channels[i]);
            }
        }

        return unet;
    }

    private static void Refuse(ModelConfig config)
    {
        ConfigRules.Require(config, "act_fn", "silu");
        ConfigRules.Require(config, "mid_block_type", "UNetMidBlock2DCrossAttn");
        ConfigRules.Require(config, "time_embedding_type", "positional");
        ConfigRules.Require(config, "resnet_time_scale_shift", "default");
        ConfigRules.Require(config, "attention_type", "default");
        ConfigRules.RequireAll(config, "down_block_types", DownAttention, "DownBlock2D");
        ConfigRules.RequireAll(config, "up_block_types", UpAttention, "UpBlock2D");
        ConfigRules.RequireAbsent(
            config, "class_embed_type", "num_class_embeds", "addition_embed_type", "encoder_hid_dim", "encoder_hid_dim_type", "cross_attention_norm", "time_cond_proj_dim", "timestep_post_act", "time_embedding_act_fn", "reverse_transformer_layers_per_block");
        ConfigRules.RequireFalse(config, "center_input_sample", "dual_cross_attention", "only_cross_attention", "mid_block_only_cross_attention", "class_embeddings_concat", "resnet_skip_time_act");
        foreach (var (field, value) in new[] { ("conv_in_kernel", 3), ("conv_out_kernel", 3), ("mid_block_scale_factor", 1), ("resnet_out_scale_factor", 1) })
        {
            if (config.Number(field, value) != value)
            {
                throw new CheckpointException($"'{field}': {config.Number(field)} is not supported; supported is {value}.");
            }
        }
    }

    private static int Width(Checkpoint weights, string suffix) =>
        weights.Tensors.FirstOrDefault(t => t.Name.EndsWith(suffix, StringComparison.Ordinal)) is { Shape: [_, var width] }
            ? checked((int)width)
            : throw new CheckpointException($"{weights.Name} has no matrix '*{suffix}': CAFE's UNet attends to a semantic and a subject condition.");
}
