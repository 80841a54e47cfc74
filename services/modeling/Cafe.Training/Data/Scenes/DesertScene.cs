namespace Cafe.Training.Data.Scenes;

/// <summary>Dunes under a hot sky, cacti, rocks, a large sun.</summary>
public sealed class DesertScene : IScene
{
    /// <inheritdoc/>
    public string Name => "desert";

    /// <inheritdoc/>
    public string Phrase => "in the desert";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in a desert", "among sand dunes", "in the hot desert", "among the cacti"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The golden dunes make it look like a traveller far from home.",
        "The hot light and the wide sand give it a sense of adventure.",
        "The empty dunes draw all eyes to it.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var horizon = random.Range(0.42, 0.56);
        brush.Band(0, horizon + 0.1f, brush.Colour(random.Chance(0.5) ? 28 : 200, 0.45, 0.92), brush.Colour(38, 0.35, 1));
        var (sunX, sunY) = (random.Range(0.15, 0.85), random.Range(0.1, horizon - 0.1));
        brush.Glow(sunX, sunY, 0.3f, brush.Colour(45, 0.4, 1, 0.4, 0.8));
        brush.Circle(sunX, sunY, random.Range(0.05, 0.1), brush.Colour(44, 0.45, 1, 0.4));
        if (random.Chance(0.4))
        {
            var (x, width) = (random.Range(0, 0.7), random.Range(0.18, 0.35));
            brush.Polygon(brush.Colour(18, 0.5, 0.7), (x, horizon + 0.05f), (x + (0.1f * width), horizon - 0.12f), (x + (0.85f * width), horizon - 0.13f), (x + width, horizon + 0.05f));
        }

        for (var dune = 0; dune < 4; dune++)
        {
            brush.Hills(horizon + (0.1f * dune), 0.06f, random.Range(0.3, 0.9), brush.Colour(36 - (2 * dune), 0.5, 0.95 - (0.04 * dune)), brush.Colour(28, 0.62, 0.72));
        }

        for (var i = random.Whole(1, 4); i > 0; i--)
        {
            var (x, y, size) = (random.Range(0.04, 0.96), random.Range(horizon + 0.14, 0.92), random.Range(0.12, 0.24));
            var green = brush.Colour(125, 0.5, 0.48);
            brush.Line(x, y, x, y - size, 0.2f * size, green);
            brush.Curve(x, y - (0.4f * size), x - (0.35f * size), y - (0.35f * size), x - (0.35f * size), y - (0.75f * size), 0.13f * size, green);
            brush.Curve(x, y - (0.55f * size), x + (0.35f * size), y - (0.5f * size), x + (0.35f * size), y - (0.85f * size), 0.13f * size, green);
        }

        for (var i = random.Whole(2, 6); i > 0; i--)
        {
            brush.Oval(random.Range(0, 1), random.Range(0.8, 0.98), random.Range(0.015, 0.035), random.Range(0.01, 0.018), brush.Colour(22, 0.45, 0.5));
        }

        brush.Specks(30, 0, horizon + 0.2f, 1, 1, 0.002f, 0.005f, brush.Colour(28, 0.55, 0.65));
    }
}
