using System.Globalization;

namespace Cafe.Benchmarks.Streaming;

/// <summary>The process's anonymous memory: what no file stands behind, so that the kernel can't take it back. Linux only.</summary>
internal sealed class AnonymousMemory : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Timer timer;
    private long peak;

    public AnonymousMemory() => timer = new Timer(_ => Sample(), null, TimeSpan.Zero, Interval);

    /// <summary>The most bytes seen so far.</summary>
    public long Peak
    {
        get
        {
            Sample();
            return Interlocked.Read(ref peak);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Sample()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("RssAnon:", StringComparison.Ordinal));
        var bytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        for (var seen = Interlocked.Read(ref peak); bytes > seen;)
        {
            var other = Interlocked.CompareExchange(ref peak, bytes, seen);
            if (other == seen)
            {
                return;
            }

            seen = other;
        }
    }
}
