using Cafe.Training.Data.Scenes;
using SkiaSharp;

namespace Cafe.Training.Data.Accessories;

/// <summary>A striped cone with a pompom, on top.</summary>
public sealed class PartyHat : IAccessory
{
    /// <inheritdoc/>
    public string Name => "party hat";

    /// <inheritdoc/>
    public string Phrase => "wearing a party hat";

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } = ["The party hat makes it look ready to celebrate.", "The hat turns the scene into a little party."];

    /// <inheritdoc/>
    public SKRect Place(SKRect box, SKPoint top) => Boxes.OnTop(box, top, 0.42f, 1.25f, 0.12f);

    /// <inheritdoc/>
    public void Draw(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(0, 360);
        brush.Polygon(brush.Colour(hue, 0.8, 0.92, 0.4), (0.05f, 0.95f), (0.95f, 0.95f), (0.5f, 0.08f));
        var stripe = brush.Colour(hue + 150, 0.65, 1, 0.4);
        brush.Polygon(stripe, (0.14f, 0.78f), (0.86f, 0.78f), (0.8f, 0.66f), (0.2f, 0.66f));
        brush.Polygon(stripe, (0.28f, 0.5f), (0.72f, 0.5f), (0.66f, 0.39f), (0.34f, 0.39f));
        brush.Oval(0.5f, 0.94f, 0.46f, 0.06f, brush.Colour(hue + 60, 0.6, 1, 0.4));
        brush.Circle(0.5f, 0.1f, 0.13f, brush.Colour(hue + 60, 0.5, 1, 0.4));
    }
}
