using Cafe.Imaging;
using Cafe.Imaging.Decoding;

namespace Cafe.Training.Data.Sources;

/// <summary>
/// Any folder of cut-out pictures (RGBA PNG or WebP) can stand in for the emoji. A file's name is the subject's name, with
/// underscores and hyphens as spaces; a sub-folder's name is its group.
/// </summary>
public sealed class CutOutFolder(string folder, string design, string licence) : ISubjectSource
{
    /// <inheritdoc/>
    public SourceCredit Credit { get; } = new(design, $"Cut-out pictures: {design}", "their authors", licence, "a folder");

    /// <inheritdoc/>
    public IEnumerable<SubjectPicture> Read()
    {
        var paths = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path).ToLowerInvariant() is ".png" or ".webp")
            .Order(StringComparer.Ordinal)
            .ToList();
        if (paths.Count == 0)
        {
            throw new InvalidDataException($"{folder} holds no PNG or WebP pictures.");
        }

        foreach (var path in paths)
        {
            var picture = Decode(path);
            if (picture.IsOpaque)
            {
                throw new InvalidDataException($"{path} has no transparent pixel: the subject must be cut out.");
            }

            var name = Path.GetFileNameWithoutExtension(path).Replace('_', ' ').Replace('-', ' ').Trim().ToLowerInvariant();
            var relative = Path.GetRelativePath(folder, path);
            var group = Path.GetDirectoryName(relative) is { Length: > 0 } parent ? parent.Replace('\\', '/') : "things";
            yield return new SubjectPicture(Path.ChangeExtension(relative, null).Replace('\\', '/'), name, group, Credit.Design, picture);
        }
    }

    private static AlphaPicture Decode(string path)
    {
        try
        {
            return PictureDecoder.DecodeWithAlpha(File.ReadAllBytes(path), ImageLimits.Default);
        }
        catch (ImageFormatException refused)
        {
            throw new InvalidDataException($"{path}: {refused.Message}", refused);
        }
    }
}
