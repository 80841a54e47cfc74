using Cafe.Training.Data.Scenes;
using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>A golden crown with gems, on top.</summary>
public sealed class Crown : IAccessory
{
    /// <inheritdoc/>
    public string Name => "crown";

    /// <inheritdoc/>
    public string Phrase => "wearing a golden crown";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The crown gives it a royal air.", "The golden crown makes it look noble."];

    /// <inheritdoc/>
    public SKRect Place(SKRect box, SKPoint top) => Boxes.OnTop(box, top, 0.55f, 0.68f, 0.14f);

    /// <inheritdoc/>
    public void Draw(SceneBrush brush)
    {
        var random = brush.Random;
        var gold = brush.Colour(46, 0.85, 0.98, 0.3);
        brush.Polygon(gold, (0.04f, 0.95f), (0.96f, 0.95f), (1, 0.18f), (0.74f, 0.55f), (0.5f, 0.05f), (0.26f, 0.55f), (0, 0.18f));
        brush.Box(0.04f, 0.74f, 0.92f, 0.22f, brush.Colour(40, 0.9, 0.82, 0.3));
        var gem = random.Pick([350, 210, 140]);
        brush.Circle(0.5f, 0.84f, 0.085f, brush.Colour(gem, 0.85, 0.85, 0.3));
        brush.Circle(0.24f, 0.84f, 0.06f, brush.Colour(gem + 120, 0.75, 0.85, 0.3));
        brush.Circle(0.76f, 0.84f, 0.06f, brush.Colour(gem + 120, 0.75, 0.85, 0.3));
        brush.Circle(0.5f, 0.07f, 0.07f, gold);
        brush.Circle(0.03f, 0.2f, 0.06f, gold);
        brush.Circle(0.97f, 0.2f, 0.06f, gold);
    }
}
