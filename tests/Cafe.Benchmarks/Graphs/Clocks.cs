using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cafe.Benchmarks.Graphs;

/// <summary>What time is measured by.</summary>
internal static partial class Clocks
{
    private const int ProcessClock = 2; // CLOCK_PROCESS_CPUTIME_ID of Linux

    public static TimeSpan Wall() => Stopwatch.GetElapsedTime(0);

    /// <summary>Processor time of this process, all threads together; to the microsecond on Linux, elsewhere as coarse as the system tells it.</summary>
    public static TimeSpan Processor()
    {
        if (OperatingSystem.IsLinux() && ReadClock(ProcessClock, out var time) == 0)
        {
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
        }

        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpecification time);

    private readonly struct TimeSpecification
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
