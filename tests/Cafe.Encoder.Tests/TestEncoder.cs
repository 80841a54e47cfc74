using Cafe.Encoder.Model;
using Cafe.Encoder.Pictures;
using Cafe.Encoder.Scheduling;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Health;
using Cafe.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Encoder.Tests;

/// <summary>The real service on loopback, over the tiny pack.</summary>
public sealed class TestEncoder : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private TestEncoder(WebApplication app, ProbeModel model)
    {
        _app = app;
        Model = model;
        _channel = GrpcChannel.ForAddress(app.CafeAddresses().Grpc);
        Client = new EncoderService.EncoderServiceClient(_channel);
    }

    public ProbeModel Model { get; }

    public EncoderService.EncoderServiceClient Client { get; }

    public EncodeScheduler Scheduler => _app.Services.GetRequiredService<EncodeScheduler>();

    public IServiceProvider Services => _app.Services;

    public Readiness Readiness => _app.Services.GetRequiredService<Readiness>();

    public static Task<TestEncoder> Start(params string[] settings) => Start(_ => { }, settings);

    public static async Task<TestEncoder> Start(Action<IServiceCollection> configure, params string[] settings)
    {
        var model = new ProbeModel();
        var app = Build(
            services =>
            {
                services.AddSingleton<IEncoderPartSource>(model);
                configure(services);
            },
            ["--Pack:Path=unused", .. settings]);
        await app.StartAsync();
        var encoder = new TestEncoder(app, model);
        await encoder.Until(() => encoder.Readiness.Status.State != ReadinessState.Starting);
        Assert.Equal("", encoder.Readiness.Status.Reason);
        model.Count();
        return encoder;
    }

    public static WebApplication Build(Action<IServiceCollection>? configure, params string[] settings) => EncoderHost.Build(
        [
            "--Listen:Address=loopback", "--Listen:GrpcPort=0", "--Listen:HealthPort=0", "--Listen:MetricsPort=0",
            "--Logging:LogLevel:Default=None", "--Encoder:Threads=1", .. settings,
        ],
        configure);

    public async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Nothing is left of any call: no slot, no row, no flight.</summary>
    public Task UntilIdle() => Until(() =>
        Scheduler.Waiting == 0 && Scheduler.Running == 0 && Services.GetRequiredService<PictureEncoder>() is { Running: 0, Awaited: 0 }
        && Services.GetRequiredService<ActiveCalls>().Count == 0);

    public async Task<string> Scrape()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(_app.CafeAddresses().Metrics, "/metrics"));
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Model.Release();
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
