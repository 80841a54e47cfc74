using System.Diagnostics;

namespace Cafe.Benchmarks.Graphs;

/// <summary>What time is measured by.</summary>
internal static class Clocks
{
    public static TimeSpan Wall() => Stopwatch.GetElapsedTime(0);

    /// <summary>Processor time of this process, all threads together.</summary>
    public static TimeSpan Processor()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
