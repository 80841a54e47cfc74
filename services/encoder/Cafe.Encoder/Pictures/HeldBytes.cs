using Cafe.Encoder.Scheduling;
using Cafe.Encoder.Telemetry;
using Cafe.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace Cafe.Encoder.Pictures;

/// <summary>Bounds the pictures that waiting calls hold in memory: the queue bounds their number, not their size.</summary>
public sealed class HeldBytes(IOptions<EncoderSettings> settings, EncodeScheduler scheduler, EncoderMetrics metrics)
{
    private readonly long _most = (long)settings.Value.MaxHeldMegabytes << 20;
    private long _held;

    /// <summary>Counts a picture until the result is disposed.</summary>
    /// <exception cref="OverloadedException">It would be too much.</exception>
    public IDisposable Hold(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) > _most)
        {
            Interlocked.Add(ref _held, -bytes);
            metrics.Rejected("HeldBytes");
            throw new OverloadedException($"Calls that wait hold {_most >> 20} MiB of pictures, the most allowed.", scheduler.RetryDelay);
        }

        return new Holding(this, bytes);
    }

    private sealed class Holding(HeldBytes owner, int bytes) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                Interlocked.Add(ref owner._held, -bytes);
            }
        }
    }
}
