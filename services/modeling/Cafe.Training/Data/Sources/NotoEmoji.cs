using Cafe.Imaging;
using Cafe.Imaging.Decoding;

namespace Cafe.Training.Data.Sources;

/// <summary>Noto Color Emoji, from the font file (Debian: fonts-noto-color-emoji).</summary>
public sealed class NotoEmoji(EmojiList emoji, string fontPath) : ISubjectSource
{
    /// <inheritdoc/>
    public SourceCredit Credit { get; } = new("noto", "Noto Color Emoji", "Google", "OFL-1.1", "fonts-noto-color-emoji (Debian)");

    /// <inheritdoc/>
    public IEnumerable<SubjectPicture> Read()
    {
        var font = BitmapFont.Read(fontPath);
        foreach (var one in emoji.All)
        {
            if (font.Picture(one.CodePoint) is { } png)
            {
                yield return new SubjectPicture(one.Key, one.Name, one.Group, Credit.Design, PictureDecoder.DecodeWithAlpha(png, ImageLimits.Default));
            }
        }
    }
}
