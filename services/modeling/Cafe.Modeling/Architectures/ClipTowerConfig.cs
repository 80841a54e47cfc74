using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Architectures;

/// <summary>The transformer of one of CLIP's towers.</summary>
public sealed record ClipTowerConfig(int HiddenSize, int NumHiddenLayers, int NumAttentionHeads, int IntermediateSize, string HiddenAct, float LayerNormEps)
{
    /// <exception cref="CheckpointException">The heads don't divide the width.</exception>
    internal static ClipTowerConfig From(ModelConfig config, int hidden, int intermediate, int heads) => new(
        config.Int("hidden_size", hidden),
        config.Int("num_hidden_layers", 12),
        ConfigRules.Heads(config, heads, hidden),
        config.Int("intermediate_size", intermediate),
        config.Text("hidden_act", "quick_gelu"),
        config.Float("layer_norm_eps", 1e-5f));
}
