using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>Light from above, bubbles, corals, weed, little fish.</summary>
public sealed class UnderwaterScene : IScene
{
    /// <inheritdoc/>
    public string Name => "underwater";

    /// <inheritdoc/>
    public string Phrase => "under water";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["underwater", "at the bottom of the sea", "in a coral reef", "deep in the ocean"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The blue light and the bubbles make it float like in a dream.",
        "The corals around it add colour and calm.",
        "The rays from above give it a mysterious mood.",
    ];

    /// <inheritdoc/>
    public bool HasGround => false;

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(182, 215);
        brush.Band(0, 1, brush.Colour(hue, 0.55, 0.88), brush.Colour(hue + 15, 0.85, 0.38));
        for (var i = 0; i < 5; i++)
        {
            var (x, spread) = (random.Range(0, 1), random.Range(0.05, 0.2));
            brush.Polygon(brush.Colour(hue - 15, 0.2, 1, 0.4, 0.13), (x, -0.02f), (x + 0.05f, -0.02f), (x + spread + 0.08f, 0.85f), (x + spread - 0.12f, 0.85f));
        }

        brush.Hills(random.Range(0.78, 0.86), 0.03f, random.Range(0.5, 1.2), brush.Colour(45, 0.35, 0.75), brush.Colour(40, 0.5, 0.5));
        for (var i = random.Whole(4, 8); i > 0; i--)
        {
            var (x, foot, height) = (random.Range(0, 1), random.Range(0.86, 1), random.Range(0.1, 0.32));
            if (random.Chance(0.5))
            {
                var weed = brush.Colour(random.Range(95, 160), 0.7, 0.5);
                for (var blade = -1; blade <= 1; blade++)
                {
                    brush.Curve(x + (0.02f * blade), foot, x + random.Range(-0.07, 0.07), foot - (0.5f * height), x + (0.05f * blade), foot - height, 0.016f, weed);
                }
            }
            else
            {
                var coral = brush.Colour(random.Pick([340, 15, 30, 285, 55]), 0.65, 0.92);
                brush.Line(x, foot, x, foot - (0.6f * height), 0.026f, coral);
                for (var arm = -1; arm <= 1; arm += 2)
                {
                    brush.Curve(x, foot - (0.25f * height), x + (0.06f * arm), foot - (0.3f * height), x + (0.065f * arm), foot - (0.65f * height), 0.021f, coral);
                    brush.Curve(x, foot - (0.45f * height), x + (0.03f * arm), foot - (0.5f * height), x + (0.03f * arm), foot - (0.85f * height), 0.016f, coral);
                }
            }
        }

        for (var i = random.Whole(0, 4); i > 0; i--)
        {
            var (x, y, size, way) = (random.Range(0.05, 0.95), random.Range(0.1, 0.7), random.Range(0.025, 0.05), random.Chance(0.5) ? 1f : -1f);
            var fish = brush.Colour(random.Range(0, 360), 0.75, 0.95);
            brush.Oval(x, y, size, 0.55f * size, fish);
            brush.Polygon(fish, (x - (way * 0.8f * size), y), (x - (way * 1.6f * size), y - (0.5f * size)), (x - (way * 1.6f * size), y + (0.5f * size)));
            brush.Circle(x + (way * 0.5f * size), y - (0.1f * size), 0.14f * size, SKColors.Black);
        }

        brush.Specks(random.Whole(14, 34), 0, 0, 1, 0.85f, 0.005f, 0.018f, brush.Colour(hue - 10, 0.12, 1, 0.3, 0.45));
    }
}
