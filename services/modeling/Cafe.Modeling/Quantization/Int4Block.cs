namespace Cafe.Modeling.Quantization;

/// <summary>One block of a linear layer's row: up to 32 consecutive inputs of one output, as four-bit numbers 0 to 15.</summary>
internal readonly record struct Int4Block(float Scale, int ZeroPoint)
{
    /// <summary>Inputs that share a scale.</summary>
    public const int Size = 32;

    private const int SymmetricZeroPoint = 8;

    /// <summary>The scale and zero point that span a block's weights.</summary>
    public static Int4Block Fit(ReadOnlySpan<float> weights, Int4Quantization quantization)
    {
        float least = 0, most = 0; // 0 always stays exact
        foreach (var weight in weights)
        {
            least = MathF.Min(least, weight);
            most = MathF.Max(most, weight);
        }

        switch (quantization)
        {
            case Int4Quantization.Symmetric:
                // The larger side gets the eight steps below zero, the other has seven: the scale's sign says which is which.
                var extreme = -least >= most ? least : most;
                return new Int4Block(extreme / -8, SymmetricZeroPoint);
            case Int4Quantization.ZeroPoints:
                var scale = (most - least) / 15;
                return new Int4Block(scale, scale == 0 ? 0 : (int)Math.Clamp(MathF.Round(-least / scale), 0, 15));
            default:
                throw new ArgumentOutOfRangeException(nameof(quantization), quantization, "Not a way to quantise.");
        }
    }

    /// <summary>The nearest of the block's sixteen values.</summary>
    public int Quantize(float weight) => Scale == 0 ? ZeroPoint : (int)Math.Clamp(MathF.Round(weight / Scale) + ZeroPoint, 0, 15);
}
