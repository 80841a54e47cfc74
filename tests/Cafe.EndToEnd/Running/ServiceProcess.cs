using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Cafe.EndToEnd.Running;

/// <summary>One of the four services as a process of its own, on ports that it keeps over restarts.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    private readonly GrpcChannel _health;
    private readonly HttpClient _http = new();
    private readonly Uri _metrics;

    /// <param name="name"><c>Encoder</c>, <c>Assistant</c>, <c>Diffuser</c> or <c>Gateway</c>.</param>
    /// <param name="settings">Beyond ports.</param>
    public ServiceProcess(string name, IEnumerable<string> settings)
    {
        var ports = FreePorts.Take(3);
        Address = new Uri($"http://127.0.0.1:{ports[0]}");
        _health = GrpcChannel.ForAddress($"http://127.0.0.1:{ports[1]}");
        _metrics = new Uri($"http://127.0.0.1:{ports[2]}/metrics");
        Process = new ChildProcess(Dotnet,
        [
            Path.Combine(AppContext.BaseDirectory, $"Cafe.{name}.dll"), "--Listen:Address=loopback", $"--Listen:GrpcPort={ports[0]}", $"--Listen:HealthPort={ports[1]}", $"--Listen:MetricsPort={ports[2]}",
            "--Logging:LogLevel:Default=Warning", .. settings,
        ]);
    }

    /// <summary>Of its gRPC port.</summary>
    public Uri Address { get; }

    public ChildProcess Process { get; }

    /// <summary>Starts it, and waits until it says that it serves.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Process.Start();
        var health = new Health.HealthClient(_health);
        while (true)
        {
            Assert.True(Process.Running, $"The process ended: {Process.Log}");
            try
            {
                var answer = await health.CheckAsync(new HealthCheckRequest(), cancellationToken: cancellation);
                if (answer.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                {
                    return;
                }
            }
            catch (RpcException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>The sum over all series of a metric.</summary>
    public async Task<double> MetricAsync(string name, CancellationToken cancellation) => MetricText.Sum(await _http.GetStringAsync(_metrics, cancellation), name);

    public void Dispose()
    {
        Process.Dispose();
        _health.Dispose();
        _http.Dispose();
    }
}
