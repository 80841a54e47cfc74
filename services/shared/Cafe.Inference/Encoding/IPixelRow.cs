namespace Cafe.Inference.Encoding;

/// <summary>A preprocessed picture that writes itself into its place in a batch, so that no tensor of its own is needed.</summary>
public interface IPixelRow
{
    /// <summary>Writes normalised pixels.</summary>
    /// <param name="chw">[3, crop_height, crop_width] of the tower's preprocessing, row-major.</param>
    void Write(Span<float> chw);
}
