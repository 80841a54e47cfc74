using Cafe.Imaging;
using Cafe.Training.Data.Sources;
using Cafe.Training.Data.Subjects;

namespace Cafe.Training.Tests.Data;

/// <summary>A few subjects drawn on the spot, in two designs.</summary>
internal static class TestSubjects
{
    public static SubjectCatalog Catalog(int count = 12) => SubjectCatalog.Build([new Drawn("plain", count, 0), new Drawn("bold", count, 40)], 48, 0.25);

    /// <summary>Four coloured quarters in an oval: no two numbers look alike, and left differs from right.</summary>
    public static AlphaPicture Draw(int number, int brightness, int width = 60, int height = 44)
    {
        var rgba = new byte[4 * width * height];
        var random = new Random(number);
        var colours = Enumerable.Range(0, 4).Select(_ => new Rgb((byte)random.Next(60, 215), (byte)random.Next(60, 215), (byte)random.Next(60, 215))).ToArray();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (dx, dy) = ((x + 0.5 - (width / 2.0)) / (width / 2.0), (y + 0.5 - (height / 2.0)) / (height / 2.0));
                if ((dx * dx) + (dy * dy) > 1)
                {
                    continue;
                }

                var colour = colours[(dx < 0 ? 0 : 1) + (dy < 0 ? 0 : 2)];
                var at = 4 * ((y * width) + x);
                (rgba[at], rgba[at + 1], rgba[at + 2], rgba[at + 3]) =
                    ((byte)Math.Min(255, colour.R + brightness), (byte)Math.Min(255, colour.G + brightness), (byte)Math.Min(255, colour.B + brightness), 255);
            }
        }

        return new AlphaPicture(width, height, rgba);
    }

    private sealed class Drawn(string design, int count, int brightness) : ISubjectSource
    {
        public SourceCredit Credit { get; } = new(design, design, "the tests", "MIT", "none");

        public IEnumerable<SubjectPicture> Read() => Enumerable.Range(0, count).Select(number =>
            new SubjectPicture($"key{number}", $"thing {(char)('a' + number)}{(char)('a' + number)}", "things", design, Draw(number, brightness, 40 + (3 * number), 70 - (2 * number))));
    }
}
