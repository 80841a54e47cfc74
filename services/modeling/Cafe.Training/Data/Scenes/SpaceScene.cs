using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>Stars, nebulae, planets with and without rings.</summary>
public sealed class SpaceScene : IScene
{
    /// <inheritdoc/>
    public string Name => "space";

    /// <inheritdoc/>
    public string Phrase => "in outer space";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in space", "among the stars", "floating in space", "far out in the galaxy"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The stars and planets make it look weightless and brave.",
        "The dark sky and the glowing nebula give it a sense of wonder.",
        "The endless stars make it the hero of the picture.",
    ];

    /// <inheritdoc/>
    public bool HasGround => false;

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Range(225, 290);
        brush.Band(0, 1, brush.Colour(hue, 0.75, 0.1, 0.4), brush.Colour(hue + 20, 0.7, 0.2, 0.4));
        for (var i = random.Whole(2, 4); i > 0; i--)
        {
            brush.Glow(random.Range(0, 1), random.Range(0, 1), random.Range(0.25, 0.5), brush.Colour(random.Pick([300, 200, 260, 330, 170]), 0.75, 0.75, 1, 0.5));
        }

        brush.Specks(random.Whole(60, 130), 0, 0, 1, 1, 0.002f, 0.006f, SKColors.White, brush.Colour(50, 0.3, 1), brush.Colour(210, 0.3, 1));
        for (var i = random.Whole(3, 7); i > 0; i--)
        {
            var (x, y, size) = (random.Range(0, 1), random.Range(0, 1), random.Range(0.012, 0.026));
            brush.Line(x - size, y, x + size, y, 0.004f, SKColors.White);
            brush.Line(x, y - size, x, y + size, 0.004f, SKColors.White);
        }

        for (var i = random.Whole(1, 3); i > 0; i--)
        {
            var (x, y, size, colour) = (random.Range(0, 1), random.Range(0, 1), random.Range(0.06, 0.17), random.Range(0, 360));
            brush.Ball(x, y, size, brush.Colour(colour, 0.45, 1), brush.Colour(colour + 20, 0.8, 0.3));
            if (random.Chance(0.45))
            {
                brush.Curve(x - (1.7f * size), y + (0.35f * size), x, y + (0.95f * size), x + (1.7f * size), y - (0.35f * size), 0.16f * size, brush.Colour(colour + 40, 0.35, 0.95, 1, 0.85));
            }
            else
            {
                brush.Circle(x + (0.2f * size), y + (0.1f * size), 0.2f * size, brush.Colour(colour + 20, 0.75, 0.45, 1, 0.5));
                brush.Circle(x - (0.3f * size), y + (0.4f * size), 0.13f * size, brush.Colour(colour + 20, 0.75, 0.45, 1, 0.5));
            }
        }

        if (random.Chance(0.4))
        {
            var (x, y) = (random.Range(0.3, 0.95), random.Range(0.05, 0.5));
            brush.Line(x, y, x - 0.22f, y + 0.12f, 0.006f, brush.Colour(200, 0.15, 1, 0.3, 0.6));
            brush.Circle(x, y, 0.013f, SKColors.White);
        }
    }
}
