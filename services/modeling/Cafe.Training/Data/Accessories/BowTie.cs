using Cafe.Training.Data.Scenes;
using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>A big bow with dots, across the lower part.</summary>
public sealed class BowTie : IAccessory
{
    /// <inheritdoc/>
    public string Name => "bow tie";

    /// <inheritdoc/>
    public string Phrase => "wearing a bow tie";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The bow tie makes it look dressed up.", "The bow adds a touch of elegance."];

    /// <inheritdoc/>
    public SKRect Place(SKRect box, SKPoint top) => Boxes.Across(box, 0.8f, 0.56f, 0.52f);

    /// <inheritdoc/>
    public void Draw(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Pick([350, 220, 285, 160]);
        var colour = brush.Colour(hue, 0.8, 0.82, 0.4);
        brush.Polygon(colour, (0.5f, 0.5f), (0.02f, 0.1f), (0.02f, 0.9f));
        brush.Polygon(colour, (0.5f, 0.5f), (0.98f, 0.1f), (0.98f, 0.9f));
        foreach (var x in new[] { 0.12f, 0.26f, 0.74f, 0.88f })
        {
            brush.Circle(x, 0.5f, 0.05f, SKColors.White);
        }

        brush.Circle(0.09f, 0.27f, 0.04f, SKColors.White);
        brush.Circle(0.91f, 0.27f, 0.04f, SKColors.White);
        brush.Box(0.41f, 0.34f, 0.18f, 0.32f, brush.Colour(hue, 0.85, 0.6, 0.4), 0.06f);
    }
}
