using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>DINOv2's configuration, from the fields of its config.json.</summary>
/// <param name="ImageSize">Pixels along a side of the pictures that it was trained with last; gives the number of position embeddings.</param>
public sealed record Dinov2Config(
    int HiddenSize,
    int NumHiddenLayers,
    int NumAttentionHeads,
    int MlpRatio,
    int ImageSize,
    int PatchSize,
    int NumChannels,
    string HiddenAct,
    float LayerNormEps,
    bool QkvBias,
    bool UseSwigluFfn)
{
    /// <summary>Patches along a side at the trained size.</summary>
    public int Grid => ImageSize / PatchSize;

    /// <summary>Width inside the feed-forward layers: two thirds of the nominal one where they are gated, rounded up to eights.</summary>
    public int FeedForwardSize => UseSwigluFfn ? ((HiddenSize * MlpRatio * 2 / 3) + 7) / 8 * 8 : HiddenSize * MlpRatio;

    /// <exception cref="CheckpointException">The heads don't divide the width.</exception>
    public static Dinov2Config From(ModelConfig config) => new(
        config.Int("hidden_size", 768),
        config.Int("num_hidden_layers", 12),
        ConfigRules.Heads(config, 12, 768),
        config.Int("mlp_ratio", 4),
        config.Int("image_size", 224),
        config.Int("patch_size", 14),
        config.Int("num_channels", 3),
        config.Text("hidden_act", "gelu"),
        config.Float("layer_norm_eps", 1e-6f),
        config.Flag("qkv_bias", true),
        config.Flag("use_swiglu_ffn", false));
}
