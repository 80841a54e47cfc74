using System.Diagnostics;
using Cafe.Embeddings.Writing;
using Cafe.V1;
using StackExchange.Redis;

namespace Cafe.Embeddings.Tests.Redis;

/// <summary>A real redis-server that is killed, frozen and flushed while it is used.</summary>
public sealed class RedisFailureTests
{
    [Fact]
    public async Task GetOrEncode_RedisFrozen_OpensTheCircuitThenCostsNothing()
    {
        using var server = RedisServer.Start();
        await using var cache = await TestCache.Start(server.Configuration);
        await UntilHit(cache, 1);

        server.Freeze();
        for (var i = 100; cache.Connection.Available; i++)
        {
            Assert.NotNull((await Ask(cache, i)).Value);
        }

        // The circuit is open: a thousand requests, and none waits for anything. A frozen server would cost each a budget of
        // 100 ms and more; the bound holds on a slow machine too.
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 1000; i++)
        {
            var result = await Ask(cache, 1000 + i);
            Assert.Equal((CacheOutcome.Unavailable, false), (result.Outcome, result.Cached));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalMicroseconds / 1000:0} us a request with the circuit open");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        server.Thaw();
        await cache.Until(() => cache.Connection.Available);
        await UntilHit(cache, 1);
    }

    [Fact]
    public async Task GetOrEncode_RedisKilledAndRestarted_ServesThroughout()
    {
        using var server = RedisServer.Start();
        await using var cache = await TestCache.Start(server.Configuration);
        await Ask(cache, 1);

        server.Kill();
        for (var i = 0; i < 50; i++)
        {
            Assert.NotNull((await Ask(cache, 100 + i)).Value);
        }

        await cache.Until(() => !cache.Connection.Available);
        server.Restart();
        await cache.Until(() => cache.Connection.Available);
        await UntilHit(cache, 2);
    }

    [Fact]
    public async Task GetOrEncode_FlushedUnderLoad_NeverFails()
    {
        using var server = RedisServer.Start();
        await using var cache = await TestCache.Start(server.Configuration, ("ReadBudgetMilliseconds", "20000"), ("LeastReadBudgetMilliseconds", "20000"), ("WriteBudgetMilliseconds", "20000"));
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        using var stop = new CancellationTokenSource();
        var flushing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await admin.GetServers()[0].FlushDatabaseAsync();
                await Task.Delay(1);
            }
        });

        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var result = await Ask(cache, i % 10, values: i % 2 == 0);
            Assert.True(i % 2 != 0 || result.Value!.Data.SequenceEqual(TestCache.Value(i % 10).Data));
            Assert.True(result.Cached);
        });
        await stop.CancelAsync();
        await flushing;
    }

    [Fact]
    public async Task GetOrEncode_RedisFull_ServesInlineAndGoesOnReading()
    {
        using var server = RedisServer.Start();
        await using var cache = await TestCache.Start(server.Configuration, ("ReadBudgetMilliseconds", "20000"), ("LeastReadBudgetMilliseconds", "20000"), ("WriteBudgetMilliseconds", "20000"));
        await UntilHit(cache, 1);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        await admin.GetServers()[0].ConfigSetAsync("maxmemory", "1");

        for (var i = 100; i < 110; i++)
        {
            var result = await Ask(cache, i);
            Assert.Equal((CacheOutcome.Unavailable, false), (result.Outcome, result.Cached));
        }

        Assert.Equal(CacheOutcome.Hit, (await Ask(cache, 1)).Outcome);
        Assert.True(cache.Connection.Available);
    }

    [Fact]
    public async Task Start_RedisAbsent_ComesLater()
    {
        using var server = RedisServer.Start();
        server.Kill();
        await using var late = await TestCache.StartUnconnected(server.Configuration);
        Assert.Equal(CacheOutcome.Unavailable, (await Ask(late, 1)).Outcome);

        server.Restart();
        await late.Until(() => late.Connection.Available);

        await UntilHit(late, 1);
    }

    [Fact]
    public async Task TryGet_RealRedis_ReadsWhatWasWritten()
    {
        using var server = RedisServer.Start();
        await using var cache = await TestCache.Start(server.Configuration);
        var value = TestCache.Value(length: 257 * 1536);

        Assert.True(await cache.Cache.Set(TestCache.Key(1), value, CancellationToken.None));
        var read = await cache.Cache.TryGet(TestCache.Key(1), TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.True(read.Value!.Data.SequenceEqual(value.Data));
    }

    private static async Task UntilHit(TestCache cache, int number)
    {
        while ((await Ask(cache, number)).Outcome != CacheOutcome.Hit)
        {
            await Task.Delay(20);
        }
    }

    private static Task<EncodedResult> Ask(TestCache cache, int number, bool values = false) =>
        cache.Writer.GetOrEncode(TestCache.Key(number), values, bypass: false, _ => Task.FromResult(TestCache.Value(number)), CancellationToken.None);
}
