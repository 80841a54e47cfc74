using System.Globalization;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>What the scheduling benchmark is asked to do.</summary>
internal sealed record SchedulingOptions
{
    /// <summary>The pack's folder; null where a table of times is in its place.</summary>
    public string? Pack { get; init; }

    /// <summary>Rows to seconds, in place of a model.</summary>
    public IReadOnlyDictionary<int, double>? Table { get; init; }

    /// <summary>Requests of a round that the model draws, 1 or more.</summary>
    public int Requests { get; init; } = 20;

    /// <summary>Rounds, 1 or more: in each every contender has its turn, on new requests.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Requests that are simulated, 1 or more.</summary>
    public int Simulated { get; init; } = 3_000;

    /// <summary>Share of the time that a server would be busy, above 0: one that works on one request at a time, or, <see cref="OfFullCalls"/>, one whose calls are always full.</summary>
    public double Load { get; init; } = 0.8;

    /// <summary>What the load is a share of: the most that the device can do at all, not what it does for one request at a time.</summary>
    public bool OfFullCalls { get; init; }

    /// <summary>Time is the process's processor time: ratios hold on a busy machine too.</summary>
    public bool ProcessorTime { get; init; }

    /// <summary>Of the requests.</summary>
    public int Seed { get; init; } = 11;

    /// <summary>Reads the command line; null where it is not understood.</summary>
    /// <param name="arguments">A pack or <c>--times</c>, and options.</param>
    /// <param name="wrong">What is not understood.</param>
    public static SchedulingOptions? Parse(IReadOnlyList<string> arguments, out string wrong)
    {
        var options = new SchedulingOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            wrong = arguments[i];
            if (i == 0 && !wrong.StartsWith("--", StringComparison.Ordinal))
            {
                options = options with { Pack = wrong };
                continue;
            }

            if (wrong is "--of-full-calls" or "--cpu-time")
            {
                options = wrong == "--cpu-time" ? options with { ProcessorTime = true } : options with { OfFullCalls = true };
                continue;
            }

            var value = ++i < arguments.Count ? arguments[i] : "";
            var whole = int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : 0;
            var next = (wrong, whole) switch
            {
                ("--requests", > 0) => options with { Requests = whole },
                ("--rounds", > 0) => options with { Rounds = whole },
                ("--simulated", > 0) => options with { Simulated = whole },
                ("--seed", _) when value.Length > 0 => options with { Seed = whole },
                ("--load", _) when double.TryParse(value, CultureInfo.InvariantCulture, out var load) && load > 0 => options with { Load = load },
                ("--times", _) when ReadTable(value) is { } table => options with { Table = table },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        wrong = "scheduling";
        return (options.Pack is null) == (options.Table is null) ? null : options;
    }

    // 1=8,2=9.8: rows and milliseconds.
    private static Dictionary<int, double>? ReadTable(string text)
    {
        var table = new Dictionary<int, double>();
        foreach (var entry in text.Split(','))
        {
            if (entry.Split('=') is not [var rows, var milliseconds] || !int.TryParse(rows, CultureInfo.InvariantCulture, out var count) || count < 1
                || !double.TryParse(milliseconds, CultureInfo.InvariantCulture, out var time) || time <= 0)
            {
                return null;
            }

            table[count] = time / 1000;
        }

        return table;
    }
}
