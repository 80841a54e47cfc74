using Cafe.ServiceDefaults.Health;
using Cafe.ServiceDefaults.Listening;
using Cafe.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.ServiceDefaults.Tests;

/// <summary>A started host on loopback with free ports, as several of them run in one process.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private TestHost(WebApplication app, TestService service)
    {
        _app = app;
        Service = service;
    }

    public TestService Service { get; }

    public IServiceProvider Services => _app.Services;

    public BoundAddresses Addresses => _app.CafeAddresses();

    public Readiness Readiness => _app.Services.GetRequiredService<Readiness>();

    public EncoderService.EncoderServiceClient Client => new(Channel(Addresses.Grpc));

    public static async Task<TestHost> Start(string name = "test", bool ready = true, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder([
            "--Listen:Address=loopback", "--Listen:GrpcPort=0", "--Listen:HealthPort=0", "--Listen:MetricsPort=0",
            "--Logging:LogLevel:Default=None", .. settings]);
        builder.AddCafeDefaults(name);
        var service = new TestService();
        builder.Services.AddSingleton(service);
        var app = builder.Build();
        app.MapCafeDefaults();
        app.MapGrpcService<TestService>();
        await app.StartAsync();
        var host = new TestHost(app, service);
        if (ready)
        {
            host.Readiness.Ready();
        }

        return host;
    }

    public GrpcChannel Channel(Uri address)
    {
        var channel = GrpcChannel.ForAddress(address);
        _channels.Add(channel);
        return channel;
    }

    public Task Stop(CancellationToken cancellation = default) => _app.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        await _app.DisposeAsync();
    }
}
