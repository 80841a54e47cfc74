namespace Cafe.Packs.Manifest;

/// <summary>The listed files of one part, for the fields that name them.</summary>
internal sealed class PartFiles
{
    private const int MaxFiles = 1000;
    private const long MaxBytes = 1L << 44;
    private readonly string part;
    private readonly Dictionary<string, PackFile> files = new(StringComparer.Ordinal);

    /// <exception cref="PackException">A path is outside the part's folder or listed twice, a length or hash is none.</exception>
    public PartFiles(string part, IReadOnlyList<PackFile> list)
    {
        this.part = part;
        var field = $"parts.{part}.files";
        Rule.Between(list.Count, 1, MaxFiles, $"{field} (their number)");
        foreach (var file in list)
        {
            Rule.That(file is not null, field, "objects", null);
            Rule.That(PackPath.IsValid(file!.Path) && file.Path.StartsWith(part + "/", StringComparison.Ordinal), $"{field}.path", $"a plain relative path within {part}/", file.Path);
            Rule.Between(file.Bytes, 0, MaxBytes, $"{field}: bytes of {file.Path}");
            Rule.That(IsHash(file.Sha256), $"{field}: sha256 of {file.Path}", "64 lower-case hexadecimal digits", file.Sha256);
            Rule.That(files.TryAdd(file.Path, file), $"{field}.path", "named once", file.Path);
        }
    }

    /// <summary>The entry that a field names.</summary>
    /// <exception cref="PackException">The part doesn't list it.</exception>
    public PackFile Listed(string path, string field)
    {
        Rule.That(files.ContainsKey(path), field, $"a file that parts.{part}.files lists", path);
        return files[path];
    }

    /// <summary>Raw rows must have their shape's bytes.</summary>
    public void Rows(string path, PackElementType dtype, IReadOnlyList<long> shape, string field)
    {
        Rule.Known(dtype, field + ".dtype");
        var bytes = shape.Aggregate(dtype == PackElementType.Float32 ? (Int128)4 : 2, (product, size) => product * size);
        Rule.That(Listed(path, field).Bytes == bytes, $"bytes of {path}", $"{bytes}, as {field} says", files[path].Bytes);
    }

    private static bool IsHash(string hash) => hash.Length == 64 && hash.All(letter => char.IsAsciiHexDigitLower(letter));
}
