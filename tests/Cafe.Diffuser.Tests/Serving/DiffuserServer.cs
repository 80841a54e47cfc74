using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Health;
using Cafe.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Diffuser.Tests.Serving;

/// <summary>The real service on real ports, and a client.</summary>
internal sealed class DiffuserServer : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private DiffuserServer(WebApplication app)
    {
        App = app;
        _channel = GrpcChannel.ForAddress(app.CafeAddresses().Grpc, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 });
        Client = new DiffuserService.DiffuserServiceClient(_channel);
    }

    public WebApplication App { get; }

    public DiffuserService.DiffuserServiceClient Client { get; }

    /// <summary>Starts it, and waits until it is ready.</summary>
    public static async Task<DiffuserServer> Start(string pack, Action<IServiceCollection>? configure = null, params string[] settings)
    {
        var app = DiffuserHost.Build(
            [
                $"--Pack:Path={pack}", "--Listen:Address=loopback", "--Listen:GrpcPort=0", "--Listen:HealthPort=0", "--Listen:MetricsPort=0",
                "--Diffuser:Threads=2", "--Diffuser:WarmUpSeconds=0", "--Drain:TimeoutSeconds=20", "--Logging:LogLevel:Default=Warning", .. settings,
            ],
            configure);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var server = new DiffuserServer(app);
        await server.Settled();
        return server;
    }

    /// <summary>Ready, or broken.</summary>
    public async Task<ReadinessStatus> Settled()
    {
        while (true)
        {
            var (status, changed) = App.Services.GetRequiredService<Readiness>().Observe();
            if (status.State != ReadinessState.Starting)
            {
                return status;
            }

            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task<string> Metrics()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(App.CafeAddresses().Metrics, "/metrics"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
