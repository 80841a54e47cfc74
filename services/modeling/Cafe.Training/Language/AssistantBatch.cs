using static TorchSharp.torch;

namespace Cafe.Training.Language;

/// <summary>Rows of a conversation with its picture.</summary>
/// <param name="Prompt">int64 [B, P], padded on the right with -1.</param>
/// <param name="ImagePosition">int64 [B]: prompt tokens before the picture.</param>
/// <param name="Patches">E(x), float32 [B, T, width].</param>
/// <param name="Reply">int64 [B, R], end of sequence included, padded on the right with -1.</param>
public sealed record AssistantBatch(Tensor Prompt, Tensor ImagePosition, Tensor Patches, Tensor Reply);
