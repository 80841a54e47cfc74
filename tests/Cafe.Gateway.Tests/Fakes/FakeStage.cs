using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>A real gRPC server on a port of its own whose one service does as the test says; can be killed and started again.</summary>
public sealed class FakeStage<TService> : IAsyncDisposable
    where TService : class
{
    private readonly TService _service;
    private WebApplication? _app;
    private Socket? _kept;

    private FakeStage(TService service) => _service = service;

    public int Port { get; private set; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>What the health service answers.</summary>
    public bool Serving { get; set; } = true;

    public static async Task<FakeStage<TService>> StartAsync(TService service, bool started = true)
    {
        var stage = new FakeStage<TService>(service);
        await stage.StartAsync();
        if (!started)
        {
            await stage.KillAsync();
        }

        return stage;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseKestrelCore();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.EnableDetailedErrors = true;
            grpc.MaxReceiveMessageSize = 64 << 20;
        });
        builder.Services.AddSingleton(_service);
        builder.Services.AddSingleton<Health.HealthBase>(new HealthAnswers(() => Serving));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        _kept?.Dispose();
        _app = builder.Build();
        _app.MapGrpcService<TService>();
        _app.MapGrpcService<Health.HealthBase>();
        await _app.StartAsync();
        Port = new Uri(_app.Urls.First()).Port;
    }

    /// <summary>
    /// Cuts every stream and refuses connections, as a killed process does. The port goes to nobody else meanwhile: the gateways that wait for this stage would find another test's there.
    /// </summary>
    public async Task KillAsync()
    {
        if (await StopAsync())
        {
            _kept = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _kept.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _kept.Bind(new IPEndPoint(IPAddress.Loopback, Port)); // and listens to nobody
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _kept?.Dispose();
    }

    private async Task<bool> StopAsync()
    {
        if (_app is not { } app)
        {
            return false;
        }

        _app = null;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        return true;
    }

    private sealed class HealthAnswers(Func<bool> serving) : Health.HealthBase
    {
        public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => Task.FromResult(new HealthCheckResponse
        {
            Status = serving() ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing,
        });
    }
}
