namespace Cafe.Training.Data.Scenes;

/// <summary>Trees in orange and red, a path, a bench, leaves in the air.</summary>
public sealed class AutumnScene : IScene
{
    /// <inheritdoc/>
    public string Name => "autumn";

    /// <inheritdoc/>
    public string Phrase => "in an autumn park";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in a park in autumn", "among falling leaves", "in autumn", "under autumn trees"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The falling leaves wrap it in warm colours.",
        "The golden trees give it a gentle autumn mood.",
        "The orange light of the park makes it feel nostalgic.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var horizon = random.Range(0.5, 0.6);
        brush.Band(0, horizon + 0.05f, brush.Colour(random.Chance(0.6) ? 40 : 205, 0.22, 0.96), brush.Colour(35, 0.25, 0.98));
        for (var depth = 0; depth < 2; depth++)
        {
            for (var i = random.Whole(4, 6); i > 0; i--)
            {
                var (x, foot, size) = (random.Range(0, 1), horizon + (0.06f * depth), random.Range(0.1, 0.15) + (0.04f * depth));
                brush.Box(x - (0.1f * size), foot - (2f * size), 0.2f * size, 2.1f * size, brush.Colour(22, 0.5, 0.33));
                var hue = random.Pick([12, 24, 36, 48]);
                brush.Puff(x, foot - (2.1f * size), size * 1.15f, 11, brush.Colour(hue, 0.85, 0.62), brush.Colour(hue + 8, 0.75, 0.95));
            }
        }

        brush.Hills(horizon + 0.03f, 0.02f, random.Range(0.5, 1), brush.Colour(70, 0.5, 0.62), brush.Colour(40, 0.6, 0.5));
        var path = random.Range(0.3, 0.7);
        brush.Polygon(brush.Colour(35, 0.25, 0.8), (path - 0.03f, horizon + 0.05f), (path + 0.03f, horizon + 0.05f), (path + 0.4f, 1.01f), (path - 0.35f, 1.01f));
        if (random.Chance(0.4))
        {
            var (x, y) = (random.Chance(0.5) ? 0.06f : 0.7f, horizon + 0.12f);
            var bench = brush.Colour(20, 0.6, 0.4);
            brush.Box(x, y, 0.24f, 0.022f, bench, 0.005f);
            brush.Box(x, y - 0.06f, 0.24f, 0.02f, bench, 0.005f);
            brush.Line(x + 0.03f, y - 0.06f, x + 0.03f, y + 0.08f, 0.012f, brush.Colour(0, 0, 0.2, 0.3));
            brush.Line(x + 0.21f, y - 0.06f, x + 0.21f, y + 0.08f, 0.012f, brush.Colour(0, 0, 0.2, 0.3));
        }

        for (var i = random.Whole(40, 80); i > 0; i--)
        {
            var y = random.Chance(0.7) ? random.Range(horizon + 0.06, 1) : random.Range(0, 1);
            var leaf = brush.Colour(random.Pick([8, 22, 34, 46]), 0.85, 0.9);
            brush.Oval(random.Range(0, 1), y, random.Range(0.008, 0.018), random.Range(0.005, 0.009), leaf, random.Range(0, 180));
        }
    }
}
