namespace Cafe.Training.Data.Looks;

/// <summary>Dark lines where brightness falls, on off-white paper: the softened grey picture divided by its own blur.</summary>
public sealed class PencilSketch : ILook
{
    /// <inheritdoc/>
    public string Name => "pencil sketch";

    /// <inheritdoc/>
    public string Phrase => "as a pencil sketch";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The pencil lines make it look drawn by hand.", "The sketch keeps only its lines, like a page of a notebook."];

    /// <inheritdoc/>
    public void Apply(Span<byte> rgb, int side)
    {
        var pixels = side * side;
        var grey = new float[pixels];
        for (var i = 0; i < pixels; i++)
        {
            // Lifted shadows: a bright subject on a dark ground must not get a black halo.
            grey[i] = 95 + (0.63f * ((0.299f * rgb[3 * i]) + (0.587f * rgb[(3 * i) + 1]) + (0.114f * rgb[(3 * i) + 2])));
        }

        var blurred = (float[])grey.Clone();
        var between = new float[pixels];
        for (var pass = 0; pass < 2; pass++)
        {
            Blur(blurred, between, side, 1, side, Math.Max(1, side / 56));
            Blur(between, blurred, side, side, 1, Math.Max(1, side / 56));
        }

        for (var i = 0; i < pixels; i++)
        {
            // Lines from the division; a little of the grey keeps dark things darker.
            var line = Math.Min(1f, 1.02f * grey[i] / blurred[i]);
            var tone = 0.66f + (0.34f * (grey[i] - 95) / 160);
            var value = 252 * line * line * line * line * line * tone;
            rgb[3 * i] = (byte)Math.Clamp(value, 0, 255);
            rgb[(3 * i) + 1] = (byte)Math.Clamp(value - 2, 0, 255);
            rgb[(3 * i) + 2] = (byte)Math.Clamp(value - 9, 0, 255);
        }
    }

    /// <summary>A box blur along one direction: <paramref name="step"/> between its pixels, <paramref name="stride"/> between its lines.</summary>
    private static void Blur(float[] from, float[] to, int side, int step, int stride, int radius)
    {
        for (var line = 0; line < side; line++)
        {
            for (var i = 0; i < side; i++)
            {
                var sum = 0f;
                var (first, last) = (Math.Max(0, i - radius), Math.Min(side - 1, i + radius));
                for (var j = first; j <= last; j++)
                {
                    sum += from[(line * stride) + (j * step)];
                }

                to[(line * stride) + (i * step)] = sum / (last - first + 1);
            }
        }
    }
}
