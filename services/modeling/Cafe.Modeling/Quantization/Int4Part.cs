namespace Cafe.Modeling.Quantization;

/// <summary>The tensors that a four-bit weight consists of.</summary>
internal enum Int4Part
{
    /// <summary>[outputs, blocks, 16] bytes of two numbers each, the lower half first.</summary>
    Packed,

    /// <summary>[outputs * blocks].</summary>
    Scales,

    /// <summary>[outputs * ceil(blocks / 2)] bytes of two zero points each, the lower half first; a row starts on a byte.</summary>
    ZeroPoints,
}
