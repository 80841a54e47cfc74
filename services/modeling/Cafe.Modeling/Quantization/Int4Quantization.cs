namespace Cafe.Modeling.Quantization;

/// <summary>How a linear layer's weights become four-bit numbers with a scale for each block of 32 inputs.</summary>
public enum Int4Quantization
{
    /// <summary>Not quantised.</summary>
    None,

    /// <summary>q - 8, times the scale: 5 bits a weight with fp32 scales. The usual choice.</summary>
    Symmetric,

    /// <summary>q less the block's own zero point, times the scale: a smaller error for 0.125 bits more.</summary>
    ZeroPoints,
}
