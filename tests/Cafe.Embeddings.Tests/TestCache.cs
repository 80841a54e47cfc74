using Cafe.Embeddings.Reading;
using Cafe.Embeddings.Redis;
using Cafe.Embeddings.Values;
using Cafe.Embeddings.Writing;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cafe.Embeddings.Tests;

/// <summary>A process's view of a cache: its own connection, cache, writer and reader.</summary>
public sealed class TestCache : IAsyncDisposable
{
    public const string Fingerprint = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private readonly ServiceProvider _services;

    private TestCache(ServiceProvider services) => _services = services;

    public EmbeddingCache Cache => _services.GetRequiredService<EmbeddingCache>();

    public EmbeddingReader Reader => _services.GetRequiredService<EmbeddingReader>();

    public RedisConnection Connection => _services.GetRequiredService<RedisConnection>();

    /// <summary>Where the connection was started by <see cref="StartLate"/>: says which operations are late.</summary>
    public LateRedis? Late { get; private set; }

    public CostEstimate Cost { get; } = new(TimeSpan.FromMilliseconds(200));

    public EmbeddingWriter Writer => field ??= new EmbeddingWriter(Cache, Cost, TimeProvider.System);

    /// <summary>Starts a connection and, where a server is given, waits until it is up.</summary>
    public static async Task<TestCache> Start(string? configuration, params (string Key, string Value)[] settings)
    {
        var cache = await StartUnconnected(configuration, settings);
        if (configuration is not null)
        {
            await cache.Until(() => cache.Connection.Available);
        }

        return cache;
    }

    /// <summary>Starts a connection whose answers the test can hold back.</summary>
    public static Task<TestCache> StartLate(string configuration, params (string Key, string Value)[] settings) => StartLate(configuration, TimeProvider.System, settings);

    /// <summary>Starts a connection whose answers the test can hold back, on the test's clock.</summary>
    public static async Task<TestCache> StartLate(string configuration, TimeProvider time, params (string Key, string Value)[] settings)
    {
        LateRedis? late = null;
        var cache = await StartUnconnected(configuration, options => LateRedis.ConnectAsync(options, connected => late = connected), time, settings);
        await cache.Until(() => cache.Connection.Available);
        cache.Late = late;
        return cache;
    }

    /// <summary>Starts a connection whose server may not be there.</summary>
    public static Task<TestCache> StartUnconnected(string? configuration, params (string Key, string Value)[] settings) =>
        StartUnconnected(configuration, null, TimeProvider.System, settings);

    private static async Task<TestCache> StartUnconnected(
        string? configuration, Func<ConfigurationOptions, Task<IConnectionMultiplexer>>? connect, TimeProvider time, (string Key, string Value)[] settings)
    {
        var values = settings.ToDictionary(pair => $"Redis:{pair.Key}", pair => (string?)pair.Value);
        values["Redis:Configuration"] = configuration;
        values.TryAdd("Redis:ProbeMilliseconds", "50");
        values.TryAdd("Redis:RecentSeconds", "0"); // what is in Redis is what most tests are about
        var services = new ServiceCollection().AddLogging().AddMetrics().AddSingleton<CafeMetrics>().AddSingleton(time);
        services.AddEmbeddingCache(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        if (connect is not null)
        {
            services.AddSingleton(provider => new RedisConnection(
                provider.GetRequiredService<IOptions<RedisSettings>>(),
                provider.GetRequiredService<CacheMetrics>(),
                time,
                provider.GetRequiredService<ILogger<RedisConnection>>(),
                connect));
        }

        var cache = new TestCache(services.BuildServiceProvider());
        foreach (var hosted in cache._services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        return cache;
    }

    public Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    public async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    public static EmbeddingKey Key(int number, EmbeddingKind kind = EmbeddingKind.Image) => new(Fingerprint, kind, number.ToString("x64"));

    public static EmbeddingValue Value(int seed = 1, int length = 8)
    {
        var random = new Random(seed);
        return EmbeddingValue.Round([length], [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }
}
