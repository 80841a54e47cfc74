using SkiaSharp;

namespace Cafe.Training.Data.Scenes;

/// <summary>A papered wall, a floor, a window, a sofa, a lamp, pictures.</summary>
public sealed class LivingRoomScene : IScene
{
    /// <inheritdoc/>
    public string Name => "room";

    /// <inheritdoc/>
    public string Phrase => "in a living room";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in a cosy living room", "at home", "inside a house", "in a cosy room"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The cosy room makes it look right at home.",
        "The warm walls and the furniture give it a homely mood.",
        "The soft light of the room makes it feel welcome.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var floor = random.Range(0.66, 0.76);
        var wall = random.Range(0, 360);
        var paper = brush.Colour(wall, 0.28, 0.88, 0.5);
        brush.Band(0, floor, paper, SceneBrush.Blend(paper, SKColors.Black, 0.12f));
        var pattern = brush.Colour(wall, 0.36, 0.8, 0.3, 0.8);
        var step = random.Range(0.08, 0.14);
        for (var x = step / 2; x < 1 && random.Chance(0.98); x += step)
        {
            brush.Box(x, 0, 0.25f * step, floor, pattern);
        }

        if (random.Chance(0.7))
        {
            var (x, y, width) = (random.Range(0.05, 0.6), random.Range(0.08, 0.16), random.Range(0.24, 0.34));
            brush.Box(x - 0.018f, y - 0.018f, width + 0.036f, 0.34f, SKColors.White);
            brush.Box(x, y, width, 0.3f, brush.Colour(random.Chance(0.8) ? 205 : 235, 0.4, random.Chance(0.8) ? 0.95 : 0.3));
            brush.Line(x + (width / 2), y, x + (width / 2), y + 0.3f, 0.014f, SKColors.White);
            brush.Line(x, y + 0.15f, x + width, y + 0.15f, 0.014f, SKColors.White);
            var curtain = brush.Colour(wall + 150, 0.45, 0.75);
            brush.Polygon(curtain, (x - 0.07f, y - 0.03f), (x + 0.05f, y - 0.03f), (x - 0.01f, y + 0.36f), (x - 0.07f, y + 0.36f));
            brush.Polygon(curtain, (x + width + 0.07f, y - 0.03f), (x + width - 0.05f, y - 0.03f), (x + width + 0.01f, y + 0.36f), (x + width + 0.07f, y + 0.36f));
        }
        else
        {
            for (var i = 0; i < 2; i++)
            {
                var (x, y, size) = (random.Range(0.05, 0.3) + (0.45f * i), random.Range(0.12, 0.22), random.Range(0.14, 0.22));
                brush.Box(x, y, size, 0.8f * size, brush.Colour(30, 0.5, 0.45));
                brush.Box(x + 0.014f, y + 0.014f, size - 0.028f, (0.8f * size) - 0.028f, brush.Colour(random.Range(0, 360), 0.4, 0.9));
                brush.Circle(x + (0.5f * size), y + (0.4f * size), 0.2f * size, brush.Colour(random.Range(0, 360), 0.6, 0.8));
            }
        }

        var wood = random.Range(18, 36);
        brush.Band(floor, 1, brush.Colour(wood, 0.5, 0.6), brush.Colour(wood, 0.55, 0.45));
        brush.Box(0, floor - 0.02f, 1, 0.022f, SKColors.White);
        for (var i = 0; i < 4; i++)
        {
            var y = floor + ((1 - floor) * (0.12f + (0.24f * i)));
            brush.Line(0, y, 1, y, 0.005f, brush.Colour(wood, 0.6, 0.38, 0.4));
        }

        if (random.Chance(0.6))
        {
            brush.Oval(0.5f, 0.9f, random.Range(0.32, 0.46), 0.09f, brush.Colour(wall + 120, 0.5, 0.7));
            brush.Oval(0.5f, 0.9f, 0.26f, 0.055f, brush.Colour(wall + 120, 0.35, 0.85));
        }

        if (random.Chance(0.6))
        {
            var (x, sofa) = (random.Chance(0.5) ? -0.1f : 0.62f, brush.Colour(wall + 200, 0.5, 0.6));
            brush.Box(x, floor - 0.2f, 0.48f, 0.2f, sofa, 0.04f);
            brush.Box(x, floor - 0.08f, 0.48f, 0.14f, SceneBrush.Blend(sofa, SKColors.White, 0.15f), 0.03f);
            brush.Box(x - 0.03f, floor - 0.13f, 0.08f, 0.2f, sofa, 0.03f);
            brush.Box(x + 0.43f, floor - 0.13f, 0.08f, 0.2f, sofa, 0.03f);
        }

        if (random.Chance(0.5))
        {
            var x = random.Chance(0.5) ? 0.08f : 0.92f;
            brush.Line(x, floor + 0.05f, x, floor - 0.36f, 0.012f, brush.Colour(0, 0, 0.25, 0.3));
            brush.Glow(x, floor - 0.38f, 0.2f, brush.Colour(48, 0.4, 1, 0.3, 0.6));
            brush.Polygon(brush.Colour(45, 0.45, 1, 0.5), (x - 0.08f, floor - 0.32f), (x + 0.08f, floor - 0.32f), (x + 0.045f, floor - 0.45f), (x - 0.045f, floor - 0.45f));
        }
    }
}
