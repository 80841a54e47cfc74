using Cafe.Training.Data.Scenes;
using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>Dark glasses across the upper part.</summary>
public sealed class Sunglasses : IAccessory
{
    /// <inheritdoc/>
    public string Name => "sunglasses";

    /// <inheritdoc/>
    public string Phrase => "wearing sunglasses";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The sunglasses make it look cool.", "The dark glasses give it a relaxed attitude."];

    /// <inheritdoc/>
    public SKRect Place(SKRect box, SKPoint top) => Boxes.Across(box, 0.36f, 0.74f, 0.34f);

    /// <inheritdoc/>
    public void Draw(SceneBrush brush)
    {
        var random = brush.Random;
        var (frame, glass) = (SKColors.Black, brush.Colour(random.Pick([220, 250, 200]), 0.5, 0.16, 0.4));
        brush.Line(0.02f, 0.16f, 0.98f, 0.16f, 0.07f, frame);
        for (var i = 0; i < 2; i++)
        {
            var x = 0.04f + (0.5f * i);
            brush.Box(x, 0.1f, 0.42f, 0.8f, frame, 0.16f);
            brush.Box(x + 0.035f, 0.17f, 0.35f, 0.66f, glass, 0.13f);
            brush.Polygon(SKColors.White.WithAlpha(110), (x + 0.09f, 0.24f), (x + 0.19f, 0.24f), (x + 0.11f, 0.6f), (x + 0.06f, 0.6f));
        }
    }
}
