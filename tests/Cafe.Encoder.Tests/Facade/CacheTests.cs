using Cafe.EmbeddedRedis;
using Cafe.Embeddings;
using Cafe.ServiceDefaults.Calls;
using Cafe.Testing;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cafe.Encoder.Tests.Facade;

public sealed class CacheTests
{
    // The machine may be slow; a budget missed would be no fault of what is tested here.
    private static readonly string[] Patient =
    [
        "--Redis:ReadBudgetMilliseconds=30000", "--Redis:LeastReadBudgetMilliseconds=30000", "--Redis:WriteBudgetMilliseconds=30000", "--Redis:LeastLeaseSeconds=60",
    ];

    private const string FromRedisAlone = "--Redis:RecentSeconds=0";

    [Fact]
    public async Task Encode_SamePictureAgain_IsAHitThatIsNotEvenDecoded()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var encoder = await Start(garnet, FromRedisAlone);

        var first = await Ask(encoder, 1);
        var second = await Ask(encoder, 1);
        var values = await Ask(encoder, 1, values: true);

        Assert.All(first.Embeddings, embedding => Assert.Equal((CacheOutcome.Miss, true), (embedding.Cache, embedding.Tensor is null)));
        Assert.All(second.Embeddings, embedding => Assert.Equal((CacheOutcome.Hit, true), (embedding.Cache, embedding.Tensor is null)));
        Assert.All(values.Embeddings, embedding => Assert.NotNull(embedding.Tensor));
        Assert.Equal(first.Embeddings.Select(embedding => embedding.Reference), second.Embeddings.Select(embedding => embedding.Reference));
        Assert.Equal(0, second.EncodeSeconds);
        Assert.Equal(2, encoder.Model.Batches.Count);
    }

    [Fact]
    public async Task Encode_MissAndHitAndNoCache_GiveTheSameBits()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cached = await Start(garnet, FromRedisAlone);
        await using var bare = await TestEncoder.Start();

        var miss = await Ask(cached, 1, values: true);
        var hit = await Ask(cached, 1, values: true);
        var none = await Ask(bare, 1, values: true);

        Assert.Equal(miss.Embeddings[0].Tensor, hit.Embeddings[0].Tensor);
        Assert.Equal(miss.Embeddings[0].Tensor, none.Embeddings[0].Tensor);
    }

    [Fact]
    public async Task Encode_HundredIdenticalAtOnceOnTwoEncoders_EncodesOnce()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var one = await Start(garnet, "--Encoder:QueueCapacity=4");
        await using var two = await Start(garnet, "--Encoder:QueueCapacity=4");

        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? one : two).Client.EncodeAsync(TestPictures.Request(1)).ResponseAsync));

        Assert.Equal(1, one.Model.Batches.Count + two.Model.Batches.Count);
        Assert.Equal(1, responses.Count(response => response.Embeddings[0].Cache == CacheOutcome.Miss));
        Assert.Single(responses.Select(response => response.Embeddings[0].Reference).Distinct());
    }

    [Fact]
    public async Task Encode_QueueFull_RefusesWithoutDecodingAndServesWhatIsCached()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var encoder = await Start(garnet, "--Encoder:QueueCapacity=1", "--Encoder:MaxBatch=1");
        await encoder.Client.EncodeAsync(TestPictures.Request(1));
        encoder.Model.Hold();
        var running = encoder.Client.EncodeAsync(TestPictures.Request(2)).ResponseAsync;
        await encoder.Until(() => encoder.Scheduler.Running == 1);
        var waiting = encoder.Client.EncodeAsync(TestPictures.Request(3)).ResponseAsync;
        await encoder.Until(() => encoder.Scheduler.Waiting == 1);
        // Only who decodes it finds out that it is cut off.
        var broken = new EncodeRequest { Image = new Image { Data = ByteString.CopyFrom(TestPictures.Png(4)[..^700]) }, Kinds = { EmbeddingKind.Subject } };

        var refused = await Assert.ThrowsAsync<RpcException>(() => encoder.Client.EncodeAsync(broken).ResponseAsync);
        var known = await encoder.Client.EncodeAsync(TestPictures.Request(1));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.True(refused.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Equal(CacheOutcome.Hit, known.Embeddings[0].Cache);
        Assert.Contains("cafe_rejected_total{reason=\"QueueFull\"} 1", await encoder.Scrape());
        encoder.Model.Release();
        await Task.WhenAll(running, waiting);
        var decoded = await Assert.ThrowsAsync<RpcException>(() => encoder.Client.EncodeAsync(broken).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, decoded.StatusCode);
    }

    [Fact]
    public async Task Encode_RedisGoesDownUnderLoad_NoRequestFails()
    {
        var garnet = EmbeddedGarnet.Start();
        await using var encoder = await Start(garnet);
        var calls = Enumerable.Range(0, 60).Select(async i =>
        {
            if (i == 20)
            {
                garnet.Dispose();
            }

            return await encoder.Client.EncodeAsync(TestPictures.Request(i));
        });

        var responses = await Task.WhenAll(calls);

        Assert.All(responses, response => Assert.True(response.Embeddings[0].Tensor is not null || response.Embeddings[0].Cache != CacheOutcome.Unavailable));
        var later = await encoder.Client.EncodeAsync(TestPictures.Request(1000));
        Assert.Equal(CacheOutcome.Unavailable, later.Embeddings[0].Cache);
        Assert.NotNull(later.Embeddings[0].Tensor);
    }

    [Fact]
    public async Task Encode_ValueIsDamagedInTheCache_LogSaysWhoseRequestMetIt()
    {
        using var garnet = EmbeddedGarnet.Start();
        var log = new LogLines();
        await using var encoder = await Start(garnet, services => services.AddSingleton<ILoggerProvider>(log), FromRedisAlone, "--Logging:LogLevel:Default=Warning");
        var reference = (await Ask(encoder, 1)).Embeddings[0].Reference;
        var key = new EmbeddingKey(reference.EncoderFingerprint, reference.Kind, Convert.ToHexStringLower(reference.Digest.Span));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(garnet.Configuration);
        await redis.GetDatabase().StringSetAsync(key.RedisKey, "damaged");

        await Ask(encoder, 1, values: true, requestId: "request-two");

        Assert.EndsWith(", request request-two", Assert.Single(log.Lines, line => line.Contains("is damaged", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_EmbeddingOverTheBound_LogSaysWhoseRequestMadeIt()
    {
        using var garnet = EmbeddedGarnet.Start();
        var log = new LogLines();
        await using var encoder = await Start(
            garnet, services => services.AddSingleton<ILoggerProvider>(log), "--Redis:MaxValueBytes=1024", "--Logging:LogLevel:Default=Warning");

        await Ask(encoder, 1, requestId: "request-one");

        Assert.All(log.Lines.Where(line => line.Contains("Redis:MaxValueBytes", StringComparison.Ordinal)), line => Assert.EndsWith(", request request-one", line, StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("Redis:MaxValueBytes", StringComparison.Ordinal));
    }

    private static Task<TestEncoder> Start(EmbeddedGarnet garnet, params string[] settings) => Start(garnet, _ => { }, settings);

    private static async Task<TestEncoder> Start(EmbeddedGarnet garnet, Action<IServiceCollection> configure, params string[] settings)
    {
        var encoder = await TestEncoder.Start(configure, [$"--Redis:Configuration={garnet.Configuration}", .. Patient, .. settings]);
        var cache = encoder.Services.GetRequiredService<EmbeddingCache>();
        await encoder.Until(() => cache.Available);
        return encoder;
    }

    private static async Task<EncodeResponse> Ask(TestEncoder encoder, int seed, bool values = false, string requestId = "request")
    {
        var request = TestPictures.Request(seed, EmbeddingKind.Subject, EmbeddingKind.Image);
        request.ReturnValues = values;
        return await encoder.Client.EncodeAsync(request, new Metadata { { RequestIds.Header, requestId } });
    }
}
