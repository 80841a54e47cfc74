namespace Cafe.Training.Data.Scenes;

/// <summary>Sand, sea and sky; palms, parasols and clouds come and go.</summary>
public sealed class BeachScene : IScene
{
    /// <inheritdoc/>
    public string Name => "beach";

    /// <inheritdoc/>
    public string Phrase => "on the beach";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["on a sandy beach", "at the seaside", "by the sea", "at the beach"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The warm sand and the blue sea make it feel like a holiday.",
        "The bright sky and the gentle waves give it a relaxed mood.",
        "The open sea behind it adds light and calm.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var horizon = random.Range(0.34, 0.5);
        var shore = horizon + random.Range(0.12, 0.22);
        var evening = random.Chance(0.25);
        brush.Band(0, horizon, brush.Colour(evening ? 25 : 205, 0.5, 0.93), brush.Colour(evening ? 40 : 200, 0.22, 0.98));
        if (random.Chance(0.6))
        {
            var (x, y) = (random.Range(0.1, 0.9), random.Range(0.08, horizon - 0.08));
            brush.Glow(x, y, 0.25f, brush.Colour(50, 0.3, 1, 0.5, 0.7));
            brush.Circle(x, y, random.Range(0.04, 0.07), brush.Colour(48, 0.55, 1, 0.5));
        }

        for (var i = random.Below(4); i > 0; i--)
        {
            brush.Cloud(random.Range(0, 1), random.Range(0.06, horizon - 0.08), random.Range(0.15, 0.32), brush.Colour(210, 0.03, 0.99, 0.3, 0.9));
        }

        brush.Band(horizon, shore + 0.06f, brush.Colour(215, 0.75, 0.62), brush.Colour(186, 0.55, 0.85));
        for (var i = 0; i < 5; i++)
        {
            var (x, y) = (random.Range(0, 0.8), random.Range(horizon + 0.02, shore));
            brush.Line(x, y, x + random.Range(0.06, 0.2), y, 0.006f, brush.Colour(195, 0.12, 1, 0.3, 0.7));
        }

        brush.Hills(shore, 0.03f, random.Range(0.4, 1), brush.Colour(0, 0, 0.98, 0.2), brush.Colour(42, 0.3, 0.95));
        brush.Hills(shore + 0.025f, 0.03f, random.Range(0.4, 1), brush.Colour(42, 0.38, 0.94), brush.Colour(36, 0.45, 0.85));
        brush.Specks(40, 0, shore + 0.08f, 1, 1, 0.002f, 0.006f, brush.Colour(35, 0.5, 0.7), brush.Colour(40, 0.2, 0.98));
        if (random.Chance(0.45))
        {
            var side = random.Chance(0.5) ? 0.1f : 0.9f;
            var (top, lean) = (random.Range(0.18, 0.3), random.Range(-0.08, 0.08));
            brush.Curve(side, shore + 0.15f, side + lean, 0.45f, side + lean, top, 0.03f, brush.Colour(28, 0.5, 0.5));
            for (var leaf = 0; leaf < 7; leaf++)
            {
                var angle = random.Range(-3.4, 0.3);
                var (dx, dy) = (0.2f * MathF.Cos(angle), 0.13f * MathF.Sin(angle));
                brush.Curve(side + lean, top, side + lean + (0.6f * dx), top + dy - 0.03f, side + lean + dx, top + dy + 0.08f, 0.024f, brush.Colour(115, 0.6, 0.5));
            }
        }
        else if (random.Chance(0.5))
        {
            var (x, y) = (random.Chance(0.5) ? 0.14f : 0.86f, random.Range(0.45, 0.55));
            brush.Line(x, y, x, y + 0.34f, 0.014f, brush.Colour(30, 0.2, 0.85));
            var hue = random.Range(0, 360);
            for (var part = -2; part <= 2; part++)
            {
                brush.Polygon(part % 2 == 0 ? brush.Colour(hue, 0.75, 0.9, 0.3) : brush.Colour(0, 0, 0.98, 0.2), (x, y - 0.02f), (x + (0.07f * (part - 0.5f)), y + 0.09f), (x + (0.07f * (part + 0.5f)), y + 0.09f));
            }
        }
    }
}
