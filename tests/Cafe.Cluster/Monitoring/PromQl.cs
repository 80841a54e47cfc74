using System.Text.RegularExpressions;

namespace Cafe.Cluster.Monitoring;

/// <summary>What an expression asks Prometheus for: metrics, the labels it matches them by, the labels it groups them by.</summary>
internal sealed partial record PromQl(IReadOnlyList<Selector> Selectors, IReadOnlyList<string> GroupedBy)
{
    public static PromQl Read(string expression) => new(
        [.. Metric().Matches(expression).Select(match => new Selector(match.Groups[1].Value, [.. Matcher().Matches(match.Groups[2].Value).Select(matcher => (matcher.Groups[1].Value, matcher.Groups[2].Value, matcher.Groups[3].Value))]))],
        [.. Grouping().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()]);

    /// <summary>The labels in the text of an exporter, by metric, with each label's values.</summary>
    public static Dictionary<string, Dictionary<string, HashSet<string>>> Exported(IEnumerable<string> texts)
    {
        var exported = new Dictionary<string, Dictionary<string, HashSet<string>>>();
        foreach (Match series in texts.SelectMany(text => Series().Matches(text)))
        {
            exported.TryAdd(series.Groups[1].Value, []);
            var labels = exported[series.Groups[1].Value];
            foreach (Match label in Matcher().Matches(series.Groups[2].Value))
            {
                labels.TryAdd(label.Groups[1].Value, []);
                labels[label.Groups[1].Value].Add(label.Groups[3].Value);
            }
        }

        return exported;
    }

    [GeneratedRegex(@"\b(cafe_[a-z_]+)\b(?:\{([^}]*)\})?")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^(cafe_[a-z_]+)(?:\{([^}]*)\})? ", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex("""([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|on|without)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();
}

/// <summary>A metric, and the labels that it is matched by: name, operator, value.</summary>
internal sealed record Selector(string Metric, IReadOnlyList<(string Label, string Operator, string Value)> Matchers);
