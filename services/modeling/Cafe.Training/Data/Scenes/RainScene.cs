using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>Grey houses, clouds, puddles and slanting rain.</summary>
public sealed class RainScene : IScene
{
    /// <inheritdoc/>
    public string Name => "rain";

    /// <inheritdoc/>
    public string Phrase => "on a rainy street";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in the rain", "on a wet street", "on a rainy day", "in a downpour"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The rain and the puddles give it a moody film look.",
        "The grey weather makes its colours look brave.",
        "The wet street mirrors the light around it.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(195, 235);
        var street = random.Range(0.62, 0.72);
        brush.Band(0, street, brush.Colour(hue, 0.25, 0.45), brush.Colour(hue, 0.15, 0.66));
        for (var i = 0; i < 4; i++)
        {
            brush.Cloud(random.Range(0, 1), random.Range(0.02, 0.18), random.Range(0.3, 0.5), brush.Colour(hue, 0.2, 0.42, 0.6, 0.9));
        }

        for (var x = random.Range(-0.1, 0); x < 1;)
        {
            var (width, height) = (random.Range(0.16, 0.28), random.Range(0.22, 0.42));
            var front = brush.Colour(random.Pick([15, 30, 210, 350, 180]), 0.22, 0.5);
            brush.Box(x, street - height, width - 0.008f, height, front);
            brush.Polygon(SceneBrush.Blend(front, SKColors.Black, 0.35f), (x - 0.01f, street - height), (x + width, street - height), (x + (0.5f * width), street - height - 0.09f));
            for (var window = 0; window < 4; window++)
            {
                brush.Box(x + (0.17f * width) + (window % 2 * 0.42f * width), street - height + 0.05f + (window / 2 * 0.13f), 0.23f * width, 0.07f, random.Chance(0.5) ? brush.Colour(45, 0.5, 0.95) : brush.Colour(hue, 0.3, 0.35));
            }

            x += width;
        }

        brush.Band(street, 1, brush.Colour(hue, 0.14, 0.42), brush.Colour(hue, 0.2, 0.3));
        brush.Band(street, street + 0.05f, brush.Colour(hue, 0.08, 0.6), brush.Colour(hue, 0.08, 0.55));
        for (var i = random.Whole(3, 6); i > 0; i--)
        {
            var (x, y, size) = (random.Range(0, 1), random.Range(street + 0.09, 0.98), random.Range(0.06, 0.16));
            brush.Oval(x, y, size, 0.2f * size, brush.Colour(hue, 0.25, 0.68));
            brush.Oval(x, y, 0.55f * size, 0.1f * size, brush.Colour(hue, 0.15, 0.85, 0.5, 0.8));
        }

        if (random.Chance(0.5))
        {
            var (x, y, umbrella) = (random.Chance(0.5) ? 0.12f : 0.88f, street - 0.08f, brush.Colour(random.Range(0, 360), 0.75, 0.85));
            brush.Line(x, y, x, y + 0.15f, 0.01f, brush.Colour(0, 0, 0.2, 0.3));
            brush.Polygon(umbrella, (x - 0.11f, y), (x - 0.07f, y - 0.07f), (x, y - 0.1f), (x + 0.07f, y - 0.07f), (x + 0.11f, y));
        }

        var slant = random.Range(-0.05, 0.05);
        for (var i = random.Whole(70, 120); i > 0; i--)
        {
            var (x, y, length) = (random.Range(-0.05, 1.05), random.Range(-0.05, 1), random.Range(0.04, 0.09));
            brush.Line(x, y, x + slant, y + length, 0.004f, brush.Colour(hue, 0.08, 0.95, 0.3, 0.6));
        }
    }
}
