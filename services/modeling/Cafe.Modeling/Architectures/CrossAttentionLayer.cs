namespace Cafe.Modeling.Architectures;

/// <summary>One of the UNet's cross-attention layers, as both its graphs find it.</summary>
/// <param name="Path">The module's path, as in <c>down_blocks.0.attentions.0.transformer_blocks.0.attn2</c>.</param>
/// <param name="Channels">heads * width of a head.</param>
/// <param name="Heads">Attention heads.</param>
public sealed record CrossAttentionLayer(string Path, int Channels, int Heads);
