namespace Cafe.Training.Data.Scenes;

/// <summary>A skyline with lit windows, a moon or stars, a street that reflects.</summary>
public sealed class NightCityScene : IScene
{
    /// <inheritdoc/>
    public string Name => "city";

    /// <inheritdoc/>
    public string Phrase => "in a city at night";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in the city at night", "in front of a night skyline", "downtown at night", "among skyscrapers at night"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The lit windows behind it make it feel awake and electric.",
        "The dark skyline and the lights give it a big-city mood.",
        "The night lights make its colours glow.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(215, 275);
        var street = random.Range(0.7, 0.82);
        brush.Band(0, street, brush.Colour(hue, 0.75, 0.17), brush.Colour(hue + 15, 0.55, 0.4));
        brush.Specks(random.Whole(10, 40), 0, 0, 1, 0.4f, 0.002f, 0.005f, brush.Colour(50, 0.1, 1, 0.3, 0.9));
        if (random.Chance(0.6))
        {
            var (x, y) = (random.Range(0.1, 0.9), random.Range(0.08, 0.22));
            brush.Glow(x, y, 0.18f, brush.Colour(50, 0.15, 1, 0.3, 0.5));
            brush.Circle(x, y, random.Range(0.045, 0.075), brush.Colour(52, 0.18, 0.98, 0.3));
        }

        for (var row = 0; row < 2; row++)
        {
            for (var x = random.Range(-0.1, 0); x < 1;)
            {
                var width = random.Range(0.09, 0.19);
                var top = street - (row == 0 ? random.Range(0.3, 0.62) : random.Range(0.15, 0.42));
                brush.Box(x, top, width - 0.006f, street - top + 0.01f, brush.Colour(hue, 0.5, 0.26 - (0.11 * row), 0.5));
                var (stepX, stepY) = (random.Range(0.026, 0.034), random.Range(0.032, 0.045));
                var lit = brush.Colour(random.Chance(0.75) ? 45 : 190, 0.55, 1);
                for (var wy = top + 0.02f; wy < street - 0.03f; wy += stepY)
                {
                    for (var wx = x + 0.012f; wx < x + width - 0.028f; wx += stepX)
                    {
                        if (random.Chance(0.5))
                        {
                            brush.Box(wx, wy, 0.014f, 0.02f, lit);
                        }
                    }
                }

                if (random.Chance(0.2))
                {
                    brush.Line(x + (width / 2), top, x + (width / 2), top - 0.06f, 0.005f, brush.Colour(hue, 0.3, 0.5));
                    brush.Circle(x + (width / 2), top - 0.06f, 0.008f, brush.Colour(0, 0.9, 1, 0.3));
                }

                x += width;
            }
        }

        brush.Band(street, 1, brush.Colour(hue, 0.35, 0.24), brush.Colour(hue, 0.4, 0.13));
        for (var i = 0; i < 9; i++)
        {
            var (x, y) = (random.Range(0, 1), random.Range(street + 0.02, 0.98));
            brush.Line(x, y, x + random.Range(0.02, 0.1), y, 0.008f, brush.Colour(random.Range(20, 60), 0.6, 0.9, 1, 0.35));
        }

        for (var i = 0; i < random.Whole(0, 3); i++)
        {
            var x = random.Range(0.05, 0.95);
            brush.Line(x, street + 0.03f, x, street - 0.22f, 0.01f, brush.Colour(hue, 0.2, 0.12));
            brush.Glow(x, street - 0.23f, 0.1f, brush.Colour(45, 0.5, 1, 0.3, 0.8));
            brush.Circle(x, street - 0.23f, 0.018f, brush.Colour(48, 0.25, 1, 0.3));
        }
    }
}
