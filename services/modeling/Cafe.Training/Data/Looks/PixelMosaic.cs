namespace Cafe.Training.Data.Looks;

/// <summary>Square tiles of one colour each, in few levels, like an old game.</summary>
public sealed class PixelMosaic : ILook
{
    private const int TilesAcross = 32;

    /// <inheritdoc/>
    public string Name => "pixel mosaic";

    /// <inheritdoc/>
    public string Phrase => "as pixel art";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The big square pixels make it look like an old video game.", "The pixel tiles give it a playful retro look."];

    /// <inheritdoc/>
    public void Apply(Span<byte> rgb, int side)
    {
        for (var row = 0; row < TilesAcross; row++)
        {
            for (var column = 0; column < TilesAcross; column++)
            {
                var (top, bottom) = (row * side / TilesAcross, (row + 1) * side / TilesAcross);
                var (left, right) = (column * side / TilesAcross, (column + 1) * side / TilesAcross);
                for (var channel = 0; channel < 3; channel++)
                {
                    var sum = 0;
                    for (var y = top; y < bottom; y++)
                    {
                        for (var x = left; x < right; x++)
                        {
                            sum += rgb[(3 * ((y * side) + x)) + channel];
                        }
                    }

                    var pixels = Math.Max(1, (bottom - top) * (right - left));
                    var level = (byte)Math.Min(255, ((sum / pixels) + 12) / 25 * 25);
                    for (var y = top; y < bottom; y++)
                    {
                        for (var x = left; x < right; x++)
                        {
                            rgb[(3 * ((y * side) + x)) + channel] = level;
                        }
                    }
                }
            }
        }
    }
}
