namespace Cafe.Imaging.Tensors;

/// <summary>Mean and standard deviation of each channel, in units of pixel / 255; deviations are above 0.</summary>
public sealed record PixelNormalization
{
    /// <param name="mean">Three values.</param>
    /// <param name="deviation">Three values above 0.</param>
    public PixelNormalization(IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Count != 3 || deviation.Count != 3)
        {
            throw new ArgumentException($"Normalisation takes three means and three deviations, not {mean.Count} and {deviation.Count}.");
        }

        if (mean.Any(value => !float.IsFinite(value)) || deviation.Any(value => !float.IsFinite(value) || value <= 0))
        {
            throw new ArgumentException($"Means must be finite and deviations above 0: {string.Join(", ", mean)}; {string.Join(", ", deviation)}.");
        }

        Mean = [.. mean];
        Deviation = [.. deviation];
    }

    /// <summary>CLIP's.</summary>
    public static PixelNormalization Clip { get; } = new([0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]);

    /// <summary>ImageNet's, which DINO and DINOv2 use.</summary>
    public static PixelNormalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>The diffuser's: pixels in [-1, 1].</summary>
    public static PixelNormalization Diffuser { get; } = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    /// <summary>Red, green, blue.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>Red, green, blue.</summary>
    public IReadOnlyList<float> Deviation { get; }

    /// <inheritdoc/>
    public bool Equals(PixelNormalization? other) =>
        other is not null && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Mean[1], Mean[2], Deviation[0], Deviation[1], Deviation[2]);
}
