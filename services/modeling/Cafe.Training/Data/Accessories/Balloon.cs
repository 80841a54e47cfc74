using Cafe.Training.Data.Scenes;
using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>A shiny balloon on a string, beside and above.</summary>
public sealed class Balloon : IAccessory
{
    /// <inheritdoc/>
    public string Name => "balloon";

    /// <inheritdoc/>
    public string Phrase => "holding a balloon";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The balloon adds a light, happy touch.", "The floating balloon makes it feel like a birthday."];

    /// <inheritdoc/>
    public SKRect Place(SKRect box, SKPoint top) => Boxes.Beside(box, 0.52f, 1.5f);

    /// <inheritdoc/>
    public void Draw(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Pick([0, 350, 210, 130, 285, 30, 50]);
        var colour = brush.Colour(hue, 0.82, 0.95, 0.4);
        brush.Curve(0.5f, 0.62f, 0.75f, 0.78f, 0.1f, 1, 0.035f, SKColors.White);
        brush.Curve(0.5f, 0.62f, 0.75f, 0.78f, 0.1f, 1, 0.018f, brush.Colour(0, 0, 0.35, 0.2));
        brush.Polygon(colour, (0.41f, 0.66f), (0.59f, 0.66f), (0.5f, 0.6f));
        brush.Oval(0.5f, 0.31f, 0.45f, 0.31f, colour);
        brush.Oval(0.36f, 0.2f, 0.1f, 0.07f, SKColors.White.WithAlpha(170), -30);
    }
}
