using System.Globalization;

namespace Cafe.Testing.Processes;

/// <summary>Prometheus' text format.</summary>
public static class MetricText
{
    /// <summary>The sum over all series of a metric; 0 where there is none.</summary>
    public static double Sum(string text, string name) => text.Split('\n')
        .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
