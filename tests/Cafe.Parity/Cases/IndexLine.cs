using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cafe.Parity.Cases;

/// <summary>What the goldens' index.json says of a case in words: the constants that no tensor holds are there.</summary>
internal sealed class IndexLine
{
    private const string FileName = "index.json";
    private const string NumberPattern = @"(?<number>[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)";
    private readonly string name;
    private readonly string text;

    private IndexLine(string name, string text) => (this.name, this.text) = (name, text);

    /// <summary>The line of a case; the index lies beside the case's folder.</summary>
    /// <exception cref="InvalidDataException">There is no index, or it doesn't tell of the case.</exception>
    public static IndexLine Of(string casePath)
    {
        var name = Path.GetFileName(casePath);
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(casePath))!, FileName);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"The constants of '{name}' are in {FileName}, which is not beside its folder.");
        }

        using var index = JsonDocument.Parse(File.ReadAllBytes(path));
        return index.RootElement.EnumerateArray().FirstOrDefault(line => line.GetProperty("case").GetString() == name) is { ValueKind: JsonValueKind.Object } line
            ? new IndexLine(name, line.GetProperty("holds").GetString()!)
            : throw new InvalidDataException($"{FileName} has no line of '{name}'.");
    }

    /// <summary>The number that stands in the place of <c>#</c>.</summary>
    /// <param name="pattern">A regular expression around it, as <c>\blr #</c>.</param>
    /// <exception cref="InvalidDataException">The line says no such thing.</exception>
    public double Number(string pattern) =>
        Regex.Match(text, pattern.Replace("#", NumberPattern, StringComparison.Ordinal), RegexOptions.CultureInvariant) is { Success: true } match
            ? double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)
            : throw new InvalidDataException($"{FileName}: the line of '{name}' has no number at '{pattern}'.");
}
