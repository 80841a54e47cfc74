using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>White hills, snowed-in pines, falling flakes, sometimes a cabin.</summary>
public sealed class SnowScene : IScene
{
    /// <inheritdoc/>
    public string Name => "snow";

    /// <inheritdoc/>
    public string Phrase => "in the snow";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["on a snowy day", "in a snowy landscape", "in winter", "on a snow field"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The white hills and the falling flakes make it feel crisp and quiet.",
        "The cold light of winter makes its colours stand out.",
        "The soft snow around it gives it a cosy winter mood.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var horizon = random.Range(0.4, 0.55);
        brush.Band(0, horizon + 0.05f, brush.Colour(212, 0.42, 0.78), brush.Colour(205, 0.12, 0.96));
        if (random.Chance(0.6))
        {
            brush.Peaks(horizon + 0.02f, random.Range(0.15, 0.28), random.Whole(2, 4), brush.Colour(215, 0.12, 0.93), brush.Colour(215, 0.35, 0.7));
        }

        brush.Hills(horizon, 0.05f, random.Range(0.5, 1.2), brush.Colour(210, 0.08, 0.95, 0.5), brush.Colour(214, 0.2, 0.86, 0.5));
        for (var i = random.Whole(5, 9); i > 0; i--)
        {
            var x = random.Range(0, 1);
            var foot = horizon + random.Range(0.02, 0.14);
            brush.Pine(x, foot, random.Range(0.16, 0.32), brush.Colour(165, 0.5, 0.35), brush.Colour(25, 0.5, 0.35), brush.Colour(210, 0.04, 0.98, 0.2));
        }

        if (random.Chance(0.35))
        {
            var x = random.Chance(0.5) ? random.Range(0.02, 0.15) : random.Range(0.65, 0.78);
            var y = horizon + 0.02f;
            brush.Box(x, y, 0.2f, 0.13f, brush.Colour(22, 0.6, 0.45));
            brush.Polygon(brush.Colour(210, 0.04, 0.99, 0.2), (x - 0.03f, y + 0.01f), (x + 0.23f, y + 0.01f), (x + 0.1f, y - 0.1f));
            brush.Box(x + 0.05f, y + 0.04f, 0.045f, 0.045f, brush.Colour(45, 0.7, 1, 0.4));
            brush.Box(x + 0.13f, y + 0.05f, 0.04f, 0.08f, brush.Colour(15, 0.6, 0.28));
        }

        brush.Hills(horizon + 0.17f, 0.06f, random.Range(0.4, 0.9), brush.Colour(205, 0.03, 0.99, 0.2), brush.Colour(212, 0.14, 0.92, 0.4));
        for (var i = 0; i < 3; i++)
        {
            var (x, y) = (random.Range(0, 0.7), random.Range(0.8, 0.97));
            brush.Curve(x, y, x + 0.15f, y - 0.03f, x + 0.3f, y, 0.006f, brush.Colour(212, 0.2, 0.85, 0.5));
        }

        brush.Specks(random.Whole(30, 80), 0, 0, 1, 1, 0.004f, 0.011f, SKColors.White);
    }
}
