namespace Cafe.Inference.Language;

/// <summary>What the decoder says at one token.</summary>
/// <param name="Logits">[vocabulary], of the next token.</param>
/// <param name="Hidden">[hidden], after the final norm.</param>
public readonly record struct DecoderOutput(ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Hidden);
