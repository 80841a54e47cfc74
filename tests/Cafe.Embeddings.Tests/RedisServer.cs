using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Cafe.Embeddings.Tests;

/// <summary>A real redis-server process, where the machine has one.</summary>
public sealed class RedisServer : IDisposable
{
    private const int SigStop = 19;
    private const int SigCont = 18;
    private Process _process;

    private RedisServer(int port)
    {
        Port = port;
        _process = Launch();
    }

    public static string? Binary { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    public int Port { get; }

    public string Configuration => $"127.0.0.1:{Port},allowAdmin=true";

    /// <summary>Starts one; the calling test is skipped where there is no redis-server.</summary>
    public static RedisServer Start()
    {
        Assert.SkipWhen(Binary is null, "no redis-server on this machine's PATH");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        socket.Close();
        return new RedisServer(port);
    }

    public void Freeze() => Signal(SigStop);

    public void Thaw() => Signal(SigCont);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Restart() => _process = Launch();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    private Process Launch() => Process.Start(new ProcessStartInfo(Binary!)
    {
        ArgumentList = { "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" },
        RedirectStandardOutput = true,
        WorkingDirectory = Path.GetTempPath(),
    })!;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
