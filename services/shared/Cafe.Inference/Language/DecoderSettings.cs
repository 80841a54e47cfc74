using System.ComponentModel.DataAnnotations;

namespace Cafe.Inference.Language;

/// <summary>How much the decoder holds at once.</summary>
public sealed class DecoderSettings
{
    /// <summary>Most sequences that decode together, 1 to 256. Default 8.</summary>
    [Range(1, 256)]
    public int MaxRows { get; set; } = 8;

    /// <summary>Most tokens of one sequence (prompt, reply and image token), 16 to 131072; the model's last position bounds it too. Default 4096.</summary>
    [Range(16, 131072)]
    public int MaxTokens { get; set; } = 4096;

    /// <summary>
    /// Most memory for keys and values, in bytes. Default 2 GiB. A row takes layers x 2 x key/value heads x head_dim x <see cref="MaxTokens"/> x 4 bytes (2 in fp16); fewer
    /// rows than <see cref="MaxRows"/> are made where they would not fit.
    /// </summary>
    [Range(1L << 16, 1L << 46)]
    public long KvMemoryBytes { get; set; } = 2L << 30;

    /// <summary>Prompt tokens that are computed between two steps of the others, 16 to 4096. Default 256. Part of "same seed, same text": prompts are cut at its multiples.</summary>
    [Range(16, 4096)]
    public int PrefillChunk { get; set; } = 256;
}
