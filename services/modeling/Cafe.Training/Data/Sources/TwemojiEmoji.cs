namespace Cafe.Training.Data.Sources;

/// <summary>Twemoji: SVG named by code point (npm: @twemoji/svg).</summary>
public sealed class TwemojiEmoji(EmojiList emoji, string folder, int side) : ISubjectSource
{
    /// <inheritdoc/>
    public SourceCredit Credit { get; } = new("twemoji", "Twemoji", "Twitter and contributors", "CC-BY-4.0", "@twemoji/svg (npm)");

    /// <inheritdoc/>
    public IEnumerable<SubjectPicture> Read()
    {
        foreach (var one in emoji.All)
        {
            // Twemoji writes short code points without leading zeros.
            var path = Path.Combine(folder, $"{one.Key.TrimStart('0')}.svg");
            if (File.Exists(path))
            {
                yield return new SubjectPicture(one.Key, one.Name, one.Group, Credit.Design, SvgPainter.Paint(File.ReadAllText(path), side));
            }
        }
    }
}
