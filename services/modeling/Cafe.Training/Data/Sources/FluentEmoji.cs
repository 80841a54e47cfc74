using Cafe.Imaging;
using Cafe.Imaging.Decoding;

namespace Cafe.Training.Data.Sources;

/// <summary>Fluent Emoji 3D: WebP of 256 px named by code point (npm: @lobehub/fluent-emoji-3d, folder assets).</summary>
public sealed class FluentEmoji(EmojiList emoji, string folder) : ISubjectSource
{
    /// <inheritdoc/>
    public SourceCredit Credit { get; } = new("fluent", "Fluent Emoji 3D", "Microsoft", "MIT", "@lobehub/fluent-emoji-3d (npm)");

    /// <inheritdoc/>
    public IEnumerable<SubjectPicture> Read()
    {
        foreach (var one in emoji.All)
        {
            var path = new[] { $"{one.Key}.webp", $"{one.Key}-fe0f.webp" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
            if (path is not null)
            {
                yield return new SubjectPicture(
                    one.Key, one.Name, one.Group, Credit.Design, PictureDecoder.DecodeWithAlpha(File.ReadAllBytes(path), ImageLimits.Default));
            }
        }
    }
}
