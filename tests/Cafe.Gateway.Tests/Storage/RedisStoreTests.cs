using System.Diagnostics.Metrics;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Storage;
using Cafe.Gateway.Telemetry;
using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Gateway.Tests.Storage;

public sealed class RedisStoreTests
{
    private static readonly StoreOptions Options = new() { Redis = "nowhere:1", TimeoutSeconds = 1, BreakSeconds = 3 };
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task GetAsync_StoreFrozen_OnlyTheFirstCallsWaitAndTheProbeAsksAfterThem()
    {
        var (connection, redis) = RedisDouble.Create();
        await using var store = new RedisStore(Options, Metrics(), _time, NullLogger<RedisStore>.Instance, _ => Task.FromResult(connection));
        Assert.Null(await Get(store));
        redis.Frozen = true;
        for (var i = 0; i < 2; i++)
        {
            var late = Get(store);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => late);
        }

        redis.Asked.Clear();

        // Break after break passes; a call is refused before the clock has moved, and none is used as a probe.
        for (var i = 0; i < 10; i++)
        {
            var call = Get(store);
            Assert.True(call.IsFaulted);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
            await Advance(redis, i);
        }

        Assert.All(redis.Asked, operation => Assert.Equal("PingAsync", operation));
    }

    [Fact]
    public async Task GetAsync_StoreBack_IsAskedAgainAfterAProbe()
    {
        var (connection, redis) = RedisDouble.Create();
        await using var store = new RedisStore(Options, Metrics(), _time, NullLogger<RedisStore>.Instance, _ => Task.FromResult(connection));
        redis.Frozen = true;
        for (var i = 0; i < 2; i++)
        {
            var late = Get(store);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => late);
        }

        redis.Frozen = false;
        for (var i = 0; i < 100 && Get(store).IsFaulted; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        Assert.Null(await Get(store));
    }

    [Fact]
    public async Task GetAsync_FirstConnectionFailed_IsConnectedAnew()
    {
        var (connection, _) = RedisDouble.Create();
        var tries = 0;
        await using var store = new RedisStore(Options, Metrics(), _time, NullLogger<RedisStore>.Instance, async _ =>
        {
            await Task.Yield();
            return ++tries == 1 ? throw new StackExchange.Redis.RedisException("nobody there") : connection;
        });

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Get(store));

        Assert.Null(await Get(store));
        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task GetAsync_OneStallOfManyCalls_DoesNotCloseTheStore()
    {
        var (connection, redis) = RedisDouble.Create();
        await using var store = new RedisStore(Options, Metrics(), _time, NullLogger<RedisStore>.Instance, _ => Task.FromResult(connection));
        redis.Frozen = true;
        var late = Enumerable.Range(0, 10).Select(_ => Get(store)).ToList();
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var call in late)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
        }

        redis.Frozen = false;

        Assert.Null(await Get(store));
    }

    private static Task<byte[]?> Get(RedisStore store) => store.GetAsync("key", CancellationToken.None);

    // The probe's waits are started by a thread of the pool: the clock goes on until it has asked once more.
    private async Task Advance(RedisDouble redis, int asked)
    {
        for (var i = 0; i < 1000 && redis.Asked.Count <= asked; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.True(redis.Asked.Count > asked);
    }

    private static GatewayMetrics Metrics() =>
        new(new CafeMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()));
}
