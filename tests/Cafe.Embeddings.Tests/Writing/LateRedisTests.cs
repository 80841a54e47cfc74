using Cafe.EmbeddedRedis;
using Cafe.Embeddings.Values;
using Cafe.Embeddings.Writing;
using Cafe.V1;
using StackExchange.Redis;

namespace Cafe.Embeddings.Tests.Writing;

/// <summary>Identical pictures are encoded once in a process whatever Redis does.</summary>
public sealed class LateRedisTests
{
    private static readonly (string, string)[] Settings =
        [("ReadBudgetMilliseconds", "20"), ("LeastReadBudgetMilliseconds", "20"), ("WriteBudgetMilliseconds", "20"), ("RecentSeconds", "600")];

    private static readonly (string, string)[] Patient =
        [("ReadBudgetMilliseconds", "30000"), ("LeastReadBudgetMilliseconds", "30000"), ("WriteBudgetMilliseconds", "30000"), ("LeastLeaseSeconds", "60")];

    private int _encodings;

    [Fact]
    public async Task GetOrEncode_EverythingLate_HundredAtOnceAndHundredAfterwardsEncodeOnce()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.StartLate(garnet.Configuration, Settings);
        cache.Late!.Late = _ => true;

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Ask(cache, values: i % 2 == 0)));
        for (var i = 0; i < 100; i++)
        {
            results = [.. results, await Ask(cache, values: i % 2 == 0)];
        }

        Assert.Equal(1, _encodings);
        Assert.All(results, result => Assert.NotNull(result.Value));
    }

    [Fact]
    public async Task GetOrEncode_CircuitOpen_HundredAfterwardsEncodeOnceAndAskNothing()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.StartLate(garnet.Configuration, [.. Settings, ("ProbeMilliseconds", "60000")]);
        cache.Late!.Late = _ => true;
        var number = 10;
        await cache.Until(async () =>
        {
            await Ask(cache, number: number++);
            return !cache.Connection.Available;
        });

        var (before, sent) = (_encodings, cache.Late.Sent);
        for (var i = 0; i < 100; i++)
        {
            var result = await Ask(cache);
            Assert.Equal((CacheOutcome.Unavailable, false), (result.Outcome, result.Cached));
        }

        Assert.Equal(1, _encodings - before);
        Assert.Equal(sent, cache.Late.Sent);
    }

    [Fact]
    public async Task GetOrEncode_LookLateAfterAnotherFlightLanded_LooksAgainBeforeEncoding()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.StartLate(garnet.Configuration, [.. Patient[1..], ("ReadBudgetMilliseconds", "3000")]);
        Assert.Equal(CacheOutcome.Miss, (await Ask(cache)).Outcome);

        cache.Late!.Late = operation => operation == nameof(IDatabase.KeyExpireAsync);
        var second = await Ask(cache);

        Assert.Equal((CacheOutcome.Joined, true), (second.Outcome, second.Cached));
        Assert.Equal(1, _encodings);
    }

    [Fact]
    public async Task GetOrEncode_ReferenceLostAndValuesAskedFor_ServesThoseOfTheEncodingJustMade()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.StartLate(garnet.Configuration, [.. Patient, ("RecentSeconds", "600")]);
        await Ask(cache);
        await cache.Connection.Run("test", TimeSpan.FromSeconds(30), database => database.KeyDeleteAsync(TestCache.Key(1).RedisKey), CancellationToken.None);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Ask(cache, values: true)));

        Assert.All(results, result => Assert.True(result.Value!.Data.SequenceEqual(TestCache.Value(1).Data)));
        Assert.Equal(1, _encodings);
        await cache.Until(() => cache.Writer.Running == 0);
        Assert.True((await cache.Cache.Touch(TestCache.Key(1), TimeSpan.FromSeconds(30), CancellationToken.None)).Value);
    }

    [Fact]
    public async Task GetOrEncode_WriteWasLate_IsWrittenAgainWhenRedisAnswers()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.StartLate(garnet.Configuration, [.. Patient[..2], ("WriteBudgetMilliseconds", "500"), ("RecentSeconds", "600")]);
        cache.Late!.Late = operation => operation == nameof(IDatabase.StringSetAsync) && _encodings > 0;
        var first = await Ask(cache);
        Assert.Equal((CacheOutcome.Unavailable, false), (first.Outcome, first.Cached));

        cache.Late.Late = _ => false;
        await cache.Until(async () => (await Ask(cache)).Cached);

        Assert.Equal(1, _encodings);
    }

    [Fact]
    public async Task GetOrEncode_EncodingOutlastsTheLease_TheOtherProcessStillWaitsForIt()
    {
        using var garnet = EmbeddedGarnet.Start();
        (string, string)[] settings = [.. Patient[..3], ("LeastLeaseSeconds", "2")];
        await using var one = await TestCache.Start(garnet.Configuration, settings);
        await using var two = await TestCache.Start(garnet.Configuration, settings);
        one.Cost.Reset(TimeSpan.FromMilliseconds(20));
        two.Cost.Reset(TimeSpan.FromMilliseconds(20));
        var started = new TaskCompletionSource();
        var first = Ask(one, encode: async token =>
        {
            started.SetResult();
            await Task.Delay(TimeSpan.FromSeconds(5), token);
        });
        await started.Task;

        var second = await Ask(two);

        Assert.Equal(CacheOutcome.Miss, (await first).Outcome);
        Assert.Equal(CacheOutcome.Joined, second.Outcome);
        Assert.Equal(1, _encodings);
    }

    [Fact]
    public async Task Run_ManyLateInOneStall_LeavesTheCircuitClosed()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.StartLate(garnet.Configuration, Settings);
        cache.Late!.Late = _ => true;

        // Begun before the first can be late: the loop doesn't give way, and looks at no clock but the budget's.
        var late = Enumerable.Range(0, 10).Select(_ => cache.Cache.Touch(TestCache.Key(1), TimeSpan.FromSeconds(1), CancellationToken.None).AsTask()).ToList();
        Assert.All(await Task.WhenAll(late), result => Assert.False(result.Reached));

        Assert.True(cache.Connection.Available);
    }

    private async Task<EncodedResult> Ask(TestCache cache, bool values = false, int number = 1, Func<CancellationToken, Task>? encode = null) =>
        await cache.Writer.GetOrEncode(
            TestCache.Key(number),
            values,
            bypass: false,
            async token =>
            {
                Interlocked.Increment(ref _encodings);
                await (encode?.Invoke(token) ?? Task.CompletedTask);
                return TestCache.Value(number);
            },
            CancellationToken.None);
}
