using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Cafe.Testing.Processes;

/// <summary>A process that tests stop politely or the hard way, freeze, and start again.</summary>
/// <param name="program">The executable.</param>
/// <param name="arguments">Its arguments, unquoted.</param>
public sealed class ChildProcess(string program, IReadOnlyList<string> arguments) : IDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <summary>What it wrote since the first start.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Bytes of memory that no file stands behind. Linux only.</summary>
    public long AnonymousBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process!.Id}/status").First(text => text.StartsWith("RssAnon:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>It was started and has not ended.</summary>
    public bool Running => _process is { HasExited: false };

    /// <summary>Starts it, again where it has ended.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and how long it took to end. Past <paramref name="patience"/> it is killed, as a kubelet would.</summary>
    /// <exception cref="TimeoutException">It had to be killed.</exception>
    public async Task<TimeSpan> TerminateAsync(TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        Signal("-TERM");
        try
        {
            await WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            Kill();
            throw new TimeoutException($"Told to stop, it still ran after {patience.TotalSeconds:0.#} s: {Log}");
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Waits until it ends by itself; the exit status.</summary>
    /// <exception cref="TimeoutException">It runs on.</exception>
    public async Task<int> WaitAsync(TimeSpan patience)
    {
        await _process!.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Kills it where it runs.</summary>
    public void Dispose()
    {
        if (Running)
        {
            Kill();
        }

        _process?.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
