using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>ViT's configuration, from the fields of its config.json.</summary>
public sealed record VitConfig(
    int HiddenSize,
    int NumHiddenLayers,
    int NumAttentionHeads,
    int IntermediateSize,
    int ImageSize,
    int PatchSize,
    int NumChannels,
    string HiddenAct,
    float LayerNormEps,
    bool QkvBias)
{
    public int Tokens => 1 + (ImageSize / PatchSize * (ImageSize / PatchSize));

    /// <exception cref="CheckpointException">The heads don't divide the width.</exception>
    public static VitConfig From(ModelConfig config) => new(
        config.Int("hidden_size", 768),
        config.Int("num_hidden_layers", 12),
        ConfigRules.Heads(config, 12, 768),
        config.Int("intermediate_size", 3072),
        config.Int("image_size", 224),
        config.Int("patch_size", 16),
        config.Int("num_channels", 3),
        config.Text("hidden_act", "gelu"),
        config.Float("layer_norm_eps", 1e-12f),
        config.Flag("qkv_bias", true));
}
