using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>Green hills, a blue sky, flowers of many colours.</summary>
public sealed class MeadowScene : IScene
{
    /// <inheritdoc/>
    public string Name => "meadow";

    /// <inheritdoc/>
    public string Phrase => "in a flower meadow";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in a meadow full of flowers", "in a field of flowers", "on a flowery hill", "among wild flowers"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The flowers around it make it look cheerful.",
        "The green hills and the bright sky give it a fresh spring mood.",
        "The wild colours of the meadow frame it playfully.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var horizon = random.Range(0.4, 0.56);
        brush.Band(0, horizon + 0.08f, brush.Colour(208, 0.55, 0.95), brush.Colour(196, 0.2, 1));
        for (var i = random.Whole(1, 4); i > 0; i--)
        {
            brush.Cloud(random.Range(0, 1), random.Range(0.08, horizon - 0.1), random.Range(0.16, 0.34), brush.Colour(0, 0, 1, 0.2, 0.92));
        }

        brush.Hills(horizon, 0.07f, random.Range(0.5, 1.1), brush.Colour(118, 0.48, 0.78), brush.Colour(125, 0.6, 0.5));
        if (random.Chance(0.5))
        {
            var (x, y) = (random.Range(0.08, 0.92), horizon + 0.04f);
            brush.Box(x - 0.012f, y - 0.1f, 0.024f, 0.12f, brush.Colour(25, 0.5, 0.4));
            brush.Puff(x, y - 0.15f, 0.1f, 9, brush.Colour(125, 0.6, 0.4), brush.Colour(105, 0.6, 0.68));
        }

        brush.Hills(horizon + 0.12f, 0.05f, random.Range(0.4, 0.9), brush.Colour(100, 0.58, 0.76), brush.Colour(115, 0.7, 0.45));
        var first = random.Range(0, 360);
        for (var i = random.Whole(35, 70); i > 0; i--)
        {
            var y = horizon + 0.15f + (random.Range(0, 1) * (0.85f - horizon));
            var (x, size) = (random.Range(0, 1), 0.006f + (0.022f * (y - horizon)));
            var hue = random.Pick([first, first + 60, first + 180, 50, 0]);
            brush.Line(x, y, x, y + (2.5f * size), 0.3f * size, brush.Colour(115, 0.7, 0.4));
            var petal = hue == 0 ? SKColors.White : brush.Colour(hue, 0.7, 0.97, 0.5);
            for (var angle = 0; angle < 5; angle++)
            {
                brush.Circle(x + (0.8f * size * MathF.Cos(1.257f * angle)), y + (0.8f * size * MathF.Sin(1.257f * angle)), 0.65f * size, petal);
            }

            brush.Circle(x, y, 0.5f * size, brush.Colour(45, 0.8, 1, 0.3));
        }
    }
}
