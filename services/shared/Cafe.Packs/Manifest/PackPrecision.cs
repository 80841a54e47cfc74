namespace Cafe.Packs.Manifest;

/// <summary>How a part's weights are stored.</summary>
public enum PackPrecision
{
    Fp32,
    Fp16,

    /// <summary>Linear layers in blocks of four-bit integers, the rest in <see cref="Fp16"/>.</summary>
    Int4,
}
