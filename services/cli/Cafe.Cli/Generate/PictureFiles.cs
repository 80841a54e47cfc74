using Cafe.Client;
using Cafe.V1;

namespace Cafe.Cli.Generate;

/// <summary>Writes pictures into a folder; a file is there whole or not at all.</summary>
/// <param name="folder">Made where it doesn't exist.</param>
/// <param name="prefix">Begins every name.</param>
internal sealed class PictureFiles(string folder, string prefix)
{
    /// <summary>Writes a finished picture; null where it was withheld.</summary>
    public string? Write(CafePicture picture) => picture.FinishReason == ImageFinishReason.Completed
        ? Write($"{prefix}{picture.Seed}{Extension(picture.Format)}", picture.Data)
        : null;

    /// <summary>Writes an unfinished picture over the one before.</summary>
    public void WritePreview(CafePicture picture) => Write($"{prefix}{picture.Seed}-preview{Extension(picture.Format)}", picture.Data);

    /// <summary>Writes a file under a name of its own.</summary>
    public string Write(string name, ReadOnlyMemory<byte> data)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        var unfinished = path + ".part";
        using (var file = File.Create(unfinished))
        {
            file.Write(data.Span);
        }

        File.Move(unfinished, path, overwrite: true);
        return path;
    }

    /// <summary>The extension of a format.</summary>
    public static string Extension(ImageFormat format) => format switch
    {
        ImageFormat.Unspecified or ImageFormat.Png => ".png",
        ImageFormat.Jpeg => ".jpg",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a picture format."),
    };
}
