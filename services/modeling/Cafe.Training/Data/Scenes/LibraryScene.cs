namespace Cafe.Training.Data.Scenes;

/// <summary>Shelves of books in many colours, a carpet, a lamp, a ladder.</summary>
public sealed class LibraryScene : IScene
{
    /// <inheritdoc/>
    public string Name => "library";

    /// <inheritdoc/>
    public string Phrase => "in a library";

    /// <inheritdoc/>
    public IReadOnlyList<string> Synonyms { get; } = ["in an old library", "among books", "in front of a bookshelf", "in a room full of books"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Effects { get; } =
    [
        "The rows of books make it look wise.",
        "The warm shelves give it a quiet, studious mood.",
        "The library makes it look ready for a long story.",
    ];

    /// <inheritdoc/>
    public void Paint(SceneBrush brush)
    {
        var random = brush.Random;
        var floor = random.Range(0.76, 0.84);
        var wood = random.Range(14, 34);
        brush.Band(0, floor, brush.Colour(wood, 0.65, 0.3), brush.Colour(wood, 0.65, 0.22));
        var rows = random.Whole(4, 5);
        var height = floor / rows;
        for (var row = 0; row < rows; row++)
        {
            var bottom = (row + 1) * height;
            for (var x = random.Range(0, 0.02); x < 1;)
            {
                var (width, tall) = (random.Range(0.022, 0.05), height * random.Range(0.62, 0.86));
                if (random.Chance(0.08))
                {
                    x += random.Range(0.03, 0.08);
                    continue;
                }

                var book = brush.Colour(random.Pick([0, 15, 30, 45, 120, 170, 210, 230, 290]), 0.55, 0.6);
                brush.Box(x, bottom - tall - 0.014f, width - 0.003f, tall, book);
                brush.Box(x, bottom - tall + 0.008f, width - 0.003f, 0.01f, brush.Colour(45, 0.5, 0.9, 0.5));
                x += width;
            }

            brush.Box(0, bottom - 0.016f, 1, 0.022f, brush.Colour(wood, 0.6, 0.48, 0.4));
        }

        for (var i = random.Whole(0, 1); i <= 2; i++)
        {
            brush.Box(random.Range(0, 0.1) + (0.45f * i), 0, 0.026f, floor, brush.Colour(wood, 0.6, 0.42, 0.4));
        }

        brush.Band(floor, 1, brush.Colour(wood, 0.5, 0.5), brush.Colour(wood, 0.55, 0.36));
        if (random.Chance(0.7))
        {
            var carpet = random.Range(0, 360);
            brush.Oval(0.5f, 0.95f, 0.5f, 0.1f, brush.Colour(carpet, 0.6, 0.5));
            brush.Oval(0.5f, 0.95f, 0.4f, 0.07f, brush.Colour(carpet + 30, 0.5, 0.65));
        }

        if (random.Chance(0.4))
        {
            var (x, lean, rung) = (random.Range(0.06, 0.85), random.Range(-0.08, 0.08), brush.Colour(35, 0.55, 0.7, 0.5));
            brush.Line(x, floor + 0.05f, x + lean, 0, 0.014f, rung);
            brush.Line(x + 0.11f, floor + 0.05f, x + 0.11f + lean, 0, 0.014f, rung);
            for (var step = 0.06f; step < floor; step += 0.09f)
            {
                var shift = lean * (1 - (step / floor));
                brush.Line(x + shift, step, x + 0.11f + shift, step, 0.012f, rung);
            }
        }

        if (random.Chance(0.6))
        {
            brush.Glow(random.Range(0.1, 0.9), random.Range(0.1, 0.5), random.Range(0.3, 0.5), brush.Colour(42, 0.5, 1, 0.4, 0.4));
        }
    }
}
