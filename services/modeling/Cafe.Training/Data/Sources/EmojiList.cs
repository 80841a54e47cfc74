using System.Globalization;

namespace Cafe.Training.Data.Sources;

/// <summary>
/// Names and groups from Unicode's emoji-test.txt, of the emoji that show a thing or a creature and have a single code point.
/// Signs, flags, keycaps, clock faces and skin tones are left out: they are symbols, and a scene around them says nothing.
/// </summary>
public sealed class EmojiList
{
    private static readonly HashSet<string> LeftOutGroups = ["Symbols", "Flags", "Component"];

    // Not fit for a product's pictures.
    private static readonly HashSet<string> LeftOutNames = ["middle finger"];

    private readonly List<Emoji> _all;

    private EmojiList(List<Emoji> all) => _all = all;

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<Emoji> All => _all;

    /// <summary>Reads emoji-test.txt (Debian: unicode-data, /usr/share/unicode/emoji).</summary>
    /// <exception cref="InvalidDataException">No emoji could be read.</exception>
    public static EmojiList Read(string path)
    {
        var emoji = new List<Emoji>();
        var (group, subgroup) = ("", "");
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith("# group: ", StringComparison.Ordinal))
            {
                group = line["# group: ".Length..];
            }
            else if (line.StartsWith("# subgroup: ", StringComparison.Ordinal))
            {
                subgroup = line["# subgroup: ".Length..];
            }
            else if (Parse(line, group, subgroup) is { } found)
            {
                emoji.Add(found);
            }
        }

        return emoji.Count > 0 ? new EmojiList(emoji) : throw new InvalidDataException($"{path} holds no emoji: is it emoji-test.txt?");
    }

    // 1F603 ; fully-qualified # 😃 E0.6 grinning face with big eyes
    private static Emoji? Parse(string line, string group, string subgroup)
    {
        if (line.Length == 0 || line[0] == '#' || LeftOutGroups.Contains(group))
        {
            return null;
        }

        var (semicolon, hash) = (line.IndexOf(';', StringComparison.Ordinal), line.IndexOf('#', StringComparison.Ordinal));
        if (semicolon < 0 || hash < semicolon || line[(semicolon + 1)..hash].Trim() != "fully-qualified")
        {
            return null;
        }

        var points = line[..semicolon].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (points.Length != 1 && !(points.Length == 2 && points[1] == "FE0F"))
        {
            return null;
        }

        // After the hash: the emoji itself, the version, the name.
        var words = line[(hash + 1)..].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length == 3 ? words[2].ToLowerInvariant() : "";
        return name.Length == 0 || IsClock(name) || LeftOutNames.Contains(name)
            ? null
            : new Emoji(int.Parse(points[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), Spoken(name), subgroup);
    }

    private static bool IsClock(string name) =>
        name.EndsWith("o’clock", StringComparison.Ordinal) || name.EndsWith("-thirty", StringComparison.Ordinal);

    private static string Spoken(string name) => name.Replace('’', '\'').Replace(": ", " with ", StringComparison.Ordinal).Replace("“", "", StringComparison.Ordinal).Replace("”", "", StringComparison.Ordinal);
}
