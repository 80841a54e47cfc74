using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Cafe.Testing.Fuzzing;

/// <summary>One run over numbered inputs, on a thread of its own that another one watches.</summary>
internal sealed class FuzzRun(int count, Func<Random, byte[]> create, Func<byte[], bool> read, FuzzLimits limits, string numberFile)
{
    private readonly Lock reading = new();
    private int number;
    private int length;
    private long started;
    private int accepted;
    private Exception? failure;

    /// <summary>Reads every input, until one fails.</summary>
    public void ReadAll()
    {
        try
        {
            using (var file = File.OpenHandle(numberFile, FileMode.Create, FileAccess.Write))
            {
                for (var i = 0; i < count; i++)
                {
                    RandomAccess.Write(file, Encoding.ASCII.GetBytes(i.ToString("D10", CultureInfo.InvariantCulture)), 0);
                    ReadOne(i);
                }
            }

            File.Delete(numberFile);
        }
        catch (Exception e)
        {
            failure = e;
        }
    }

    /// <exception cref="InvalidOperationException">The input that is being read takes too long.</exception>
    public void CheckTime()
    {
        lock (reading)
        {
            if (started != 0 && Stopwatch.GetElapsedTime(started) is var elapsed && elapsed > limits.Time)
            {
                throw new InvalidOperationException($"Input {number} of {length} bytes hangs: it has been read for {elapsed}.");
            }
        }
    }

    /// <summary>How many inputs were accepted.</summary>
    /// <exception cref="InvalidOperationException">One failed.</exception>
    public int Result() => failure is null ? accepted : throw new InvalidOperationException(failure.Message, failure);

    private void ReadOne(int i)
    {
        var input = create(new Random(i));
        var resident = limits.Resident is null ? null : ResidentPeak.Begin();
        Begin(i, input.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            accepted += read(input) ? 1 : 0;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Input {i} of {input.Length} bytes: {e.GetType().Name}: {e.Message}", e);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        CheckTime();
        Begin(i, input.Length, ended: true);
        if (allocated > limits.Allocated(input.Length))
        {
            throw new InvalidOperationException($"Input {i} of {input.Length} bytes made {allocated} bytes be allocated; the limit is {limits.Allocated(input.Length)}.");
        }

        if (resident is { } before && ResidentPeak.End() - before is var grown && grown > limits.Resident)
        {
            throw new InvalidOperationException($"Input {i} of {input.Length} bytes made the process grow by {grown} bytes; the limit is {limits.Resident}.");
        }
    }

    private void Begin(int i, int bytes, bool ended = false)
    {
        lock (reading)
        {
            (number, length, started) = (i, bytes, ended ? 0 : Stopwatch.GetTimestamp());
        }
    }
}
