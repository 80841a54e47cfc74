namespace Cafe.Training.Data.Scenes;

/// <summary>Curtains, spotlights, a wooden floor, sometimes garlands.</summary>
public sealed class StageScene : IScene
{
    /// <inheritdoc/>
    public string Name => "stage";

    /// <inheritdoc/>
    public string Phrase => "on a stage";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["on stage", "on a theatre stage", "under the spotlights", "in a theatre"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The spotlights turn it into a star.",
        "The red curtains and the bright beams give it a festive mood.",
        "The stage makes every eye rest on it.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var hue = random.Pick([0, 350, 340, 270, 220]);
        var floor = random.Range(0.7, 0.8);
        brush.Band(0, floor, brush.Colour(hue, 0.6, 0.14, 0.5), brush.Colour(hue, 0.6, 0.26, 0.5));
        var (dark, light) = (brush.Colour(hue, 0.85, 0.42), brush.Colour(hue, 0.8, 0.72));
        var folds = random.Whole(10, 16);
        var open = random.Range(0.16, 0.28);
        for (var i = 0; i < folds; i++)
        {
            var x = (float)i / folds;
            if (x < open || x > 1 - open - (1f / folds))
            {
                brush.Box(x, 0, 1.02f / folds, floor, i % 2 == 0 ? dark : light);
            }
        }

        for (var i = 0; i < 6; i++)
        {
            brush.Oval((i + 0.5f) / 6, 0, 0.1f, random.Range(0.09, 0.13), i % 2 == 0 ? light : dark);
        }

        var wood = random.Range(20, 36);
        brush.Band(floor, 1, brush.Colour(wood, 0.6, 0.55), brush.Colour(wood, 0.65, 0.35));
        for (var i = 0; i < 8; i++)
        {
            brush.Line(0.5f + ((i - 3.5f) * 0.12f), floor, 0.5f + ((i - 3.5f) * 0.26f), 1, 0.005f, brush.Colour(wood, 0.7, 0.28, 0.4));
        }

        var beams = random.Whole(2, 3);
        var colour = random.Range(0, 360);
        for (var i = 0; i < beams; i++)
        {
            var (from, to) = ((i + 0.5f) / beams, 0.5f + random.Range(-0.25, 0.25));
            brush.Polygon(brush.Colour(random.Chance(0.5) ? 50 : colour, 0.3, 1, 0.5, 0.24), (from - 0.02f, 0), (from + 0.02f, 0), (to + 0.2f, floor + 0.1f), (to - 0.2f, floor + 0.1f));
            brush.Oval(to, floor + 0.1f, 0.2f, 0.045f, brush.Colour(50, 0.3, 1, 0.5, 0.35));
            brush.Glow(from, 0.02f, 0.08f, brush.Colour(50, 0.15, 1, 0.3, 0.9));
        }

        if (random.Chance(0.5))
        {
            brush.Specks(random.Whole(20, 50), 0, 0, 1, 1, 0.005f, 0.01f, brush.Colour(50, 0.7, 1), brush.Colour(330, 0.6, 1), brush.Colour(190, 0.6, 1));
        }
    }
}
