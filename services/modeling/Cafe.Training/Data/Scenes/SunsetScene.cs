namespace Cafe.Training.Data.Scenes;

/// <summary>A glowing sky, dark ranges, a lake that mirrors them.</summary>
public sealed class SunsetScene : IScene
{
    /// <inheritdoc/>
    public string Name => "sunset";

    /// <inheritdoc/>
    public string Phrase => "by the mountains at sunset";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in front of mountains at sunset", "at sunset", "by a mountain lake at sunset", "in the mountains in the evening light"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The evening sky wraps it in warm light.",
        "The dark peaks and the glowing sky give it a calm, grand mood.",
        "The last light of the day makes it feel peaceful.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(255, 330);
        var lake = random.Range(0.6, 0.7);
        brush.Band(0, lake, brush.Colour(hue, 0.6, 0.5), brush.Colour(350, 0.6, 0.85), brush.Colour(35, 0.7, 1));
        var sun = random.Range(0.2, 0.8);
        brush.Glow(sun, lake - 0.12f, 0.4f, brush.Colour(45, 0.55, 1, 0.4, 0.85));
        brush.Circle(sun, lake - random.Range(0.08, 0.2), random.Range(0.055, 0.085), brush.Colour(50, 0.35, 1, 0.4));
        for (var i = random.Whole(1, 5); i > 0; i--)
        {
            var (x, y) = (random.Range(-0.1, 0.8), random.Range(0.06, 0.36));
            brush.Oval(x + 0.15f, y, random.Range(0.1, 0.24), random.Range(0.008, 0.02), brush.Colour(random.Range(330, 380), 0.5, 1, 0.5, 0.7));
        }

        brush.Peaks(lake + 0.01f, random.Range(0.2, 0.32), random.Whole(2, 4), brush.Colour(hue, 0.4, 0.52), brush.Colour(hue + 20, 0.45, 0.4));
        brush.Peaks(lake + 0.02f, random.Range(0.1, 0.2), random.Whole(3, 6), brush.Colour(hue - 10, 0.55, 0.33), brush.Colour(hue, 0.5, 0.25));
        brush.Band(lake, 1, brush.Colour(25, 0.55, 0.85), brush.Colour(hue, 0.55, 0.42), brush.Colour(hue - 15, 0.65, 0.25));
        for (var i = 0; i < 14; i++)
        {
            var y = lake + (random.Range(0.01, 1) * (1 - lake));
            var x = sun + (random.Range(-0.2, 0.2) * (1.4f - y));
            brush.Line(x - random.Range(0.02, 0.08), y, x + random.Range(0.02, 0.08), y, 0.007f, brush.Colour(45, 0.45, 1, 0.5, 0.55));
        }

        if (random.Chance(0.6))
        {
            for (var i = random.Whole(1, 3); i > 0; i--)
            {
                brush.Pine(random.Chance(0.5) ? random.Range(0, 0.14) : random.Range(0.86, 1), 1.02f, random.Range(0.3, 0.55), brush.Colour(hue - 30, 0.55, 0.16), brush.Colour(hue - 30, 0.5, 0.1));
            }
        }
    }
}
