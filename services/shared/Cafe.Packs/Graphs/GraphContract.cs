namespace Cafe.Packs.Graphs;

/// <summary>What docs/pack-format.md promises of one graph of a pack.</summary>
public sealed record GraphContract
{
    /// <summary>In the pack.</summary>
    public required string Path { get; init; }

    public required IReadOnlyList<GraphPort> Inputs { get; init; }

    public required IReadOnlyList<GraphPort> Outputs { get; init; }

    /// <summary>Inputs that come once for each cross-attention layer: name to name.0, name.1, ...; all of four dimensions.</summary>
    public IReadOnlyList<string> InputSeries { get; init; } = [];

    /// <summary>The same for outputs.</summary>
    public IReadOnlyList<string> OutputSeries { get; init; } = [];

    /// <summary>Where a graph breaks the promise, one line each; empty where it keeps it.</summary>
    public IReadOnlyList<string> Differences(IEnumerable<GraphPort> inputs, IEnumerable<GraphPort> outputs) =>
    [
        .. Compare("input", Inputs, InputSeries, inputs),
        .. Compare("output", Outputs, OutputSeries, outputs),
    ];

    private static IEnumerable<string> Compare(string kind, IReadOnlyList<GraphPort> promised, IReadOnlyList<string> series, IEnumerable<GraphPort> actual)
    {
        var left = actual.ToDictionary(port => port.Name);
        foreach (var port in promised)
        {
            if (!left.Remove(port.Name, out var found))
            {
                yield return $"{kind} {port} is missing";
            }
            else if (!port.IsKeptBy(found))
            {
                yield return $"{kind} {found} should be {port}";
            }
        }

        var lengths = series.Select(name => TakeSeries(name, left)).Distinct().ToList();
        if (series.Count > 0 && (lengths.Count > 1 || lengths[0] == 0))
        {
            yield return $"{kind}s {string.Join(", ", series.Select(name => name + ".*"))} should come once for each cross-attention layer";
        }

        foreach (var port in left.Values)
        {
            yield return $"{kind} {port} is not part of the format";
        }
    }

    private static int TakeSeries(string name, Dictionary<string, GraphPort> left)
    {
        var count = 0;
        while (left.TryGetValue($"{name}.{count}", out var port) && port.Shape.Count == 4)
        {
            left.Remove(port.Name);
            count++;
        }

        return count;
    }
}
