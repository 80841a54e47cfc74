using Cafe.EmbeddedRedis;
using Cafe.Embeddings.Values;
using Cafe.V1;
using StackExchange.Redis;

namespace Cafe.Embeddings.Tests.Writing;

public sealed class EmbeddingWriterTests
{
    private static readonly (string, string)[] Patient =
        [("ReadBudgetMilliseconds", "30000"), ("LeastReadBudgetMilliseconds", "30000"), ("WriteBudgetMilliseconds", "30000"), ("LeastLeaseSeconds", "60")];

    private int _encodings;

    [Fact]
    public async Task GetOrEncode_Twice_SecondIsAHit()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, Patient);

        var first = await Ask(cache, 1);
        var second = await Ask(cache, 1, values: true);

        Assert.Equal((CacheOutcome.Miss, true), (first.Outcome, first.Cached));
        Assert.Equal((CacheOutcome.Hit, true), (second.Outcome, second.Cached));
        Assert.True(second.Value!.Data.SequenceEqual(TestCache.Value(1).Data));
        Assert.Equal(1, _encodings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetOrEncode_HundredAtOnceInTwoProcesses_EncodesOnce(bool realRedis)
    {
        using var server = Serve(realRedis, out var configuration);
        // Nobody is given up on for being slow: the machine may be.
        await using var one = await TestCache.Start(configuration, Patient);
        await using var two = await TestCache.Start(configuration, Patient);

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Ask(i % 2 == 0 ? one : two, 1, milliseconds: 100)));

        Assert.Equal(1, _encodings);
        Assert.Equal(1, results.Count(result => result.Outcome == CacheOutcome.Miss));
        Assert.All(results, result => Assert.True(result.Outcome is CacheOutcome.Miss or CacheOutcome.Joined or CacheOutcome.Hit, $"{result.Outcome}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetOrEncode_OtherProcessDiedWithTheLease_EncodesAfterIt(bool realRedis)
    {
        using var server = Serve(realRedis, out var configuration);
        await using var cache = await TestCache.Start(configuration, [.. Patient[..3], ("LeastLeaseSeconds", "0.3")]);
        cache.Cost.Reset(TimeSpan.FromMilliseconds(20));
        await cache.Cache.Claim(TestCache.Key(1), "dead", TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(5), CancellationToken.None);

        var result = await Ask(cache, 1);

        Assert.Equal(CacheOutcome.Miss, result.Outcome);
        Assert.Equal(1, _encodings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetOrEncode_TimeToLive_CountsFromTheLastReference(bool realRedis)
    {
        using var server = Serve(realRedis, out var configuration);
        await using var cache = await TestCache.Start(configuration, [.. Patient, ("TimeToLiveHours", "2")]);
        using var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
        var (database, key) = (redis.GetDatabase(), (string)TestCache.Key(1).RedisKey);

        await Ask(cache, 1);
        Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value.TotalMinutes, 110, 120);

        await database.KeyExpireAsync(key, TimeSpan.FromMinutes(1));
        Assert.Equal(CacheOutcome.Hit, (await Ask(cache, 1)).Outcome);
        Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value.TotalMinutes, 110, 120);
    }

    [Fact]
    public async Task GetOrEncode_Bypass_EncodesAgainAndWrites()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, Patient);
        await Ask(cache, 1);

        var result = await Ask(cache, 1, bypass: true);

        Assert.Equal(CacheOutcome.Miss, result.Outcome);
        Assert.Equal(2, _encodings);
    }

    [Fact]
    public async Task GetOrEncode_NoCache_EncodesWithValues()
    {
        await using var cache = await TestCache.Start(null);

        var result = await Ask(cache, 1);

        Assert.Equal((CacheOutcome.Unavailable, false), (result.Outcome, result.Cached));
        Assert.NotNull(result.Value);
    }

    [Fact]
    public async Task GetOrEncode_ServerNameUnknown_EncodesWithValues()
    {
        await using var cache = await TestCache.StartUnconnected("no-such-host.invalid:6379");

        Assert.NotNull((await Ask(cache, 1)).Value);
        await Task.Delay(300);
        Assert.NotNull((await Ask(cache, 2)).Value);
        Assert.False(cache.Connection.ExecuteTask!.IsCompleted);
    }

    [Theory]
    [InlineData("host:6379,password=secret,noSuchOption=1")]
    [InlineData(",")]
    public async Task Start_UnreadableConfiguration_IsRefusedWithoutItsSecrets(string configuration)
    {
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestCache.StartUnconnected(configuration));

        Assert.Contains("Redis:Configuration", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public async Task GetOrEncode_ValueOverTheBound_TravelsInline()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, ("MaxValueBytes", "1024"));

        var result = await cache.Writer.GetOrEncode(
            TestCache.Key(1), values: false, bypass: false, _ => Task.FromResult(TestCache.Value(length: 1000)), CancellationToken.None);

        Assert.False(result.Cached);
        Assert.NotNull(result.Value);
    }

    [Fact]
    public async Task GetOrEncode_DamagedValue_IsEncodedAgain()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, Patient);
        await Ask(cache, 1);
        await cache.Connection.Run("test", TimeSpan.FromSeconds(30), database => database.StringSetAsync(TestCache.Key(1).RedisKey, "noise"), CancellationToken.None);

        var result = await Ask(cache, 1, values: true);

        Assert.Equal(CacheOutcome.Miss, result.Outcome);
        Assert.True(result.Value!.Data.SequenceEqual(TestCache.Value(1).Data));
    }

    [Fact]
    public async Task GetOrEncode_JoinerWantsValues_GetsThem()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, Patient);
        await Ask(cache, 1);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Ask(cache, 1, values: i % 2 == 1)));

        Assert.All(results.Where((_, i) => i % 2 == 1), result => Assert.NotNull(result.Value));
        Assert.Equal(1, _encodings);
    }

    [Fact]
    public async Task Alias_WrittenThenFound_IsTheSame()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, Patient);
        var key = EmbeddingKey.AliasKey(TestCache.Fingerprint, EmbeddingKind.Subject, new string('a', 64));
        var alias = new PictureAlias(TestCache.Key(5).Digest, SubjectCentred: true);

        await cache.Cache.SetAlias(key, alias, CancellationToken.None);
        var found = await cache.Cache.FindAlias(key, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal(alias, found.Value);
    }

    private static IDisposable Serve(bool realRedis, out string configuration)
    {
        if (realRedis)
        {
            var redis = RedisServer.Start();
            configuration = redis.Configuration;
            return redis;
        }

        var garnet = EmbeddedGarnet.Start();
        configuration = garnet.Configuration;
        return garnet;
    }

    private Task<Embeddings.Writing.EncodedResult> Ask(TestCache cache, int number, bool values = false, bool bypass = false, int milliseconds = 0) =>
        cache.Writer.GetOrEncode(TestCache.Key(number), values, bypass, token => Encode(number, milliseconds, token), CancellationToken.None);

    private async Task<EmbeddingValue> Encode(int number, int milliseconds, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _encodings);
        await Task.Delay(milliseconds, cancellation);
        return TestCache.Value(number);
    }
}
