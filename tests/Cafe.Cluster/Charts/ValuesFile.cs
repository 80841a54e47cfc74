using System.Text.RegularExpressions;

namespace Cafe.Cluster.Charts;

/// <summary>One value of values.yaml: its path, its default as written, and the comment above it.</summary>
internal sealed record ChartValue(string Path, string Default, string Description);

/// <summary>Reads values.yaml line by line, because YAML readers drop the comments that document it.</summary>
internal static partial class ValuesFile
{
    public static IReadOnlyList<ChartValue> Read(string path)
    {
        var values = new List<ChartValue>();
        var stack = new Stack<(int Indent, string Key)>();
        var comment = new List<string>();
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.TrimStart().StartsWith('#'))
            {
                comment.Add(line.TrimStart().TrimStart('#').Trim());
                continue;
            }

            var match = KeyLine().Match(line);
            if (!match.Success)
            {
                if (line.Length == 0)
                {
                    comment.Clear();
                }

                continue;
            }

            var indent = match.Groups[1].Length;
            while (stack.Count > 0 && stack.Peek().Indent >= indent)
            {
                stack.Pop();
            }

            stack.Push((indent, match.Groups[2].Value));
            var value = match.Groups[3].Value.Trim();
            var list = i + 1 < lines.Length && lines[i + 1].TrimStart().StartsWith("- ", StringComparison.Ordinal);
            if (value.Length > 0 || list)
            {
                var key = string.Join('.', stack.Reverse().Select(part => part.Key));
                values.Add(new ChartValue(key, value.Length > 0 ? value : lines[i + 1].Trim()[2..], string.Join(' ', comment)));
            }

            comment.Clear();
        }

        return values;
    }

    [GeneratedRegex("^( *)([A-Za-z0-9]+):(.*)$")]
    private static partial Regex KeyLine();
}
