namespace Cafe.Training.Data.Looks;

/// <summary>Browned like an old photograph, with a darker rim.</summary>
public sealed class Sepia : ILook
{
    /// <inheritdoc/>
    public string Name => "sepia";

    /// <inheritdoc/>
    public string Phrase => "as an old sepia photograph";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The brown tones make it look like a memory from long ago.", "The sepia tint gives it the charm of an old photograph."];

    /// <inheritdoc/>
    public void Apply(Span<byte> rgb, int side)
    {
        for (var i = 0; i < rgb.Length; i += 3)
        {
            var (x, y) = ((i / 3 % side / (float)side) - 0.5f, (i / 3 / side / (float)side) - 0.5f);
            var rim = 1 - (0.7f * ((x * x) + (y * y)));
            var grey = rim * (((0.299f * rgb[i]) + (0.587f * rgb[i + 1]) + (0.114f * rgb[i + 2])) * 0.92f + 16);
            rgb[i] = (byte)Math.Clamp((grey * 1.07f) + 8, 0, 255);
            rgb[i + 1] = (byte)Math.Clamp((grey * 0.86f) + 4, 0, 255);
            rgb[i + 2] = (byte)Math.Clamp(grey * 0.62f, 0, 255);
        }
    }
}
