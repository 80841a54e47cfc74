using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>Trunks in several depths, leaves, ferns and shafts of light.</summary>
public sealed class ForestScene : IScene
{
    /// <inheritdoc/>
    public string Name => "forest";

    /// <inheritdoc/>
    public string Phrase => "in the forest";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in a forest", "in the woods", "among tall trees", "deep in the woods"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The tall trees around it make it feel wild and quiet.",
        "The green light between the trunks gives it a fairy-tale mood.",
        "The deep woods behind it make it look like an explorer.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(95, 140);
        brush.Band(0, 1, brush.Colour(hue - 10, 0.35, 0.75), brush.Colour(hue, 0.55, 0.35));
        for (var depth = 0; depth < 3; depth++)
        {
            var foot = 0.62f + (0.12f * depth);
            for (var i = random.Whole(4, 6); i > 0; i--)
            {
                var (x, width) = (random.Range(-0.02, 1.02), random.Range(0.02, 0.035) * (depth + 1));
                var bark = brush.Colour(28, 0.35 + (0.08 * depth), 0.42 - (0.08 * depth));
                brush.Box(x - (width / 2), -0.02f, width, foot + 0.05f, bark);
                brush.Box(x - (width / 2), -0.02f, width / 3, foot + 0.05f, SceneBrush.Blend(bark, SKColors.White, 0.12f));
            }

            for (var i = 0; i < 5; i++)
            {
                brush.Puff(random.Range(0, 1), random.Range(-0.05, 0.16), random.Range(0.12, 0.2), 6, brush.Colour(hue, 0.65, 0.25 + (0.05 * depth)), brush.Colour(hue - 12, 0.6, 0.5));
            }

            brush.Hills(foot, 0.03f, random.Range(0.6, 1.6), brush.Colour(hue - 15, 0.6, 0.42 - (0.06 * depth)), brush.Colour(hue, 0.6, 0.22));
        }

        if (random.Chance(0.6))
        {
            var lean = random.Range(-0.4, 0.4);
            for (var i = 0; i < 3; i++)
            {
                var x = random.Range(0, 1);
                brush.Polygon(brush.Colour(60, 0.25, 1, 0.3, 0.16), (x, -0.05f), (x + 0.08f, -0.05f), (x + 0.2f + lean, 0.9f), (x + 0.02f + lean, 0.9f));
            }
        }

        for (var i = random.Whole(8, 14); i > 0; i--)
        {
            var (x, y) = (random.Range(0, 1), random.Range(0.86, 1.02));
            var fern = brush.Colour(hue - 20, 0.7, 0.5);
            for (var leaf = -2; leaf <= 2; leaf++)
            {
                brush.Curve(x, y, x + (0.01f * leaf), y - 0.05f, x + (0.03f * leaf), y - 0.06f + (0.008f * Math.Abs(leaf)), 0.008f, fern);
            }
        }

        if (random.Chance(0.35))
        {
            var (x, y) = (random.Range(0.08, 0.92), random.Range(0.88, 0.95));
            brush.Box(x - 0.012f, y - 0.04f, 0.024f, 0.05f, brush.Colour(40, 0.12, 0.95, 0.3), 0.01f);
            brush.Oval(x, y - 0.045f, 0.045f, 0.028f, brush.Colour(5, 0.8, 0.8, 0.5));
            brush.Specks(4, x - 0.03f, y - 0.06f, x + 0.03f, y - 0.04f, 0.004f, 0.007f, SKColors.White);
        }
    }
}
