using System.Globalization;
using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Cafe.Testing.Processes;

/// <summary>One of the four services as a process of its own, at an address and on ports that it keeps over restarts.</summary>
public sealed class ServiceProcess : IDisposable
{
    private const string ReasonHeader = "x-cafe-health-reason";
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2), StartTimeout = TimeSpan.FromMinutes(3);
    private readonly GrpcChannel _health;
    private readonly HttpClient _http = new();
    private readonly Uri _metrics;

    /// <summary>A service on three free ports of 127.0.0.1.</summary>
    /// <param name="name"><c>Encoder</c>, <c>Assistant</c>, <c>Diffuser</c> or <c>Gateway</c>.</param>
    /// <param name="settings">Beyond address and ports.</param>
    public ServiceProcess(string name, IEnumerable<string> settings)
        : this(name, IPAddress.Loopback, ServicePorts.Free(), settings)
    {
    }

    /// <summary>A service at a place of the caller's choice.</summary>
    /// <param name="name"><c>Encoder</c>, <c>Assistant</c>, <c>Diffuser</c> or <c>Gateway</c>.</param>
    /// <param name="host">Where it listens.</param>
    /// <param name="ports">Its ports there.</param>
    /// <param name="settings">Beyond address and ports.</param>
    /// <param name="resolver">A resolv.conf that it sees in place of the machine's; null: the machine's.</param>
    public ServiceProcess(string name, IPAddress host, ServicePorts ports, IEnumerable<string> settings, string? resolver = null)
    {
        Host = host;
        Address = Uri("http", ports.Grpc);
        _health = GrpcChannel.ForAddress(Uri("http", ports.Health));
        _metrics = new Uri(Uri("http", ports.Metrics), "/metrics");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, $"Cafe.{name}.dll"), $"--Listen:Address={host}", $"--Listen:GrpcPort={Text(ports.Grpc)}", $"--Listen:HealthPort={Text(ports.Health)}", $"--Listen:MetricsPort={Text(ports.Metrics)}",
            "--Logging:LogLevel:Default=Warning", .. settings,
        ];
        Process = resolver is null ? new ChildProcess(Dotnet.Program, arguments) : OwnResolver.Run(resolver, Dotnet.Program, arguments);

        Uri Uri(string scheme, int port) => new($"{scheme}://{host}:{Text(port)}");

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The IP address.</summary>
    public IPAddress Host { get; }

    /// <summary>Of its gRPC port.</summary>
    public Uri Address { get; }

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts it, and waits until it says that it serves.</summary>
    /// <exception cref="InvalidOperationException">It ended, or does not serve within three minutes.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Process.Start();
        var deadline = DateTime.UtcNow + StartTimeout;
        while (true)
        {
            var (serving, reason) = await ProbeAsync(cancellation);
            if (serving)
            {
                return;
            }

            if (!Process.Running || DateTime.UtcNow > deadline)
            {
                throw new InvalidOperationException($"The process {(Process.Running ? $"does not serve ({reason})" : "ended")}: {Process.Log}");
            }

            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>What a kubelet's readiness probe hears: whether it serves, and the reason where it says one.</summary>
    public async Task<(bool Serving, string Reason)> ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            using var call = new Health.HealthClient(_health).CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow + ProbeTimeout, cancellationToken: cancellation);
            var reason = (await call.ResponseHeadersAsync).GetValue(ReasonHeader) ?? "";
            return ((await call).Status == HealthCheckResponse.Types.ServingStatus.Serving, reason);
        }
        catch (RpcException) when (!cancellation.IsCancellationRequested)
        {
            return (false, ""); // not listening, or not answering
        }
    }

    /// <summary>The sum over all series of a metric.</summary>
    public async Task<double> MetricAsync(string name, CancellationToken cancellation) => MetricText.Sum(await _http.GetStringAsync(_metrics, cancellation), name);

    /// <summary>Kills it.</summary>
    public void Dispose()
    {
        Process.Dispose();
        _health.Dispose();
        _http.Dispose();
    }
}
