namespace Cafe.Packs.Manifest;

/// <summary>The rule for paths in a manifest: relative, with <c>/</c>, of plain names, never leaving the folder.</summary>
public static class PackPath
{
    private const int MaxLength = 255;

    public static bool IsValid(string path) =>
        path.Length is > 0 and <= MaxLength
        && path.Split('/') is var segments
        && segments.All(segment => segment.Length > 0 && segment[0] != '.' && segment.All(IsPlain));

    // Names that mean the same on every file system, in every shell and in every archive.
    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';
}
