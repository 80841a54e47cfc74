using Cafe.EmbeddedRedis;
using Cafe.Embeddings.Reading;
using Cafe.Embeddings.Values;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Embeddings.Tests.Reading;

public sealed class EmbeddingReaderTests
{
    private static readonly EmbeddingExpectation Expected = new(EmbeddingKind.Image, TestCache.Fingerprint, [8]);

    [Fact]
    public async Task Read_WrittenReference_GivesTheValues()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, ("ReadBudgetMilliseconds", "30000"));
        await cache.Cache.Set(TestCache.Key(1), TestCache.Value(), CancellationToken.None);

        var floats = await Read(cache, new Embedding { Reference = TestCache.Key(1).ToReference() });

        Assert.Equal(TestCache.Value().ToFloats(), floats);
    }

    [Fact]
    public async Task Read_Missing_IsNotFound()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var cache = await TestCache.Start(garnet.Configuration, ("ReadBudgetMilliseconds", "30000"));

        await Assert.ThrowsAsync<EmbeddingNotFoundException>(() => Read(cache, new Embedding { Reference = TestCache.Key(1).ToReference() }));
    }

    [Theory]
    [InlineData(0, 250)]
    [InlineData(0.02, 120)]
    [InlineData(5, 250)]
    public async Task Read_RedisIsLate_WaitsAsLongAsAMissWouldCostWithinTheBound(double cost, int milliseconds)
    {
        using var garnet = EmbeddedGarnet.Start();
        var time = new FakeTimeProvider();
        await using var cache = await TestCache.StartLate(garnet.Configuration, time, ("ReadBudgetMilliseconds", "250"), ("MissMilliseconds", "100"));
        cache.Late!.Late = _ => true;

        var read = Read(cache, new Embedding { Reference = TestCache.Key(1).ToReference(), CostSeconds = cost });
        time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        await Task.WhenAny(read, Task.Delay(100, TestContext.Current.CancellationToken));
        Assert.False(read.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<EmbeddingNotFoundException>(() => read.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task Read_CostThatIsNone_NamesTheField(double cost)
    {
        await using var cache = await TestCache.Start(null);

        Assert.Contains("subject.cost_seconds", await Refusal(cache, new Embedding { Reference = TestCache.Key(1).ToReference(), CostSeconds = cost }));
    }

    [Fact]
    public async Task Read_OtherFingerprint_IsStale()
    {
        await using var cache = await TestCache.Start(null);
        var reference = TestCache.Key(1).ToReference();
        reference.EncoderFingerprint = new string('f', 64);

        var error = await Assert.ThrowsAsync<StaleReferenceException>(() => Read(cache, new Embedding { Reference = reference }));

        Assert.Equal("subject.reference", Assert.Single(error.Violations).Field);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(TestCache.Fingerprint, true)]
    [InlineData("assistant", true)]
    [InlineData("another", false)]
    public async Task Read_Values_AreTakenFromTheExpectedPartsAndFromWhoeverDoesNotSay(string fingerprint, bool taken)
    {
        await using var cache = await TestCache.Start(null);
        var embedding = new Embedding { Tensor = TensorMessages.Float16(TestCache.Value()), PartFingerprint = fingerprint };
        var read = cache.Reader.Read(embedding, "semantic", Expected with { AssistantFingerprint = "assistant" }, CancellationToken.None).AsTask();

        if (taken)
        {
            Assert.Equal(TestCache.Value().ToFloats(), await read);
        }
        else
        {
            Assert.Equal("semantic.tensor", Assert.Single((await Assert.ThrowsAsync<StaleReferenceException>(() => read)).Violations).Field);
        }
    }

    [Fact]
    public async Task Read_ValuesPredictedByAnAssistant_AreNoSubject()
    {
        await using var cache = await TestCache.Start(null);
        var embedding = new Embedding { Tensor = TensorMessages.Float16(TestCache.Value()), PartFingerprint = "assistant" };

        await Assert.ThrowsAsync<StaleReferenceException>(() => Read(cache, embedding));
    }

    [Fact]
    public async Task Read_NoCache_TakesValuesAndRefusesReferences()
    {
        await using var cache = await TestCache.Start(null);

        Assert.Equal(TestCache.Value().ToFloats(), await Read(cache, new Embedding { Tensor = TensorMessages.Float16(TestCache.Value()) }));
        await Assert.ThrowsAsync<EmbeddingNotFoundException>(() => Read(cache, new Embedding { Reference = TestCache.Key(1).ToReference() }));
    }

    [Fact]
    public async Task Read_MalformedReferences_NameTheField()
    {
        await using var cache = await TestCache.Start(null);
        var (kind, digest) = (TestCache.Key(1).ToReference(), TestCache.Key(1).ToReference());
        kind.Kind = EmbeddingKind.Subject;
        digest.Digest = ByteString.CopyFromUtf8("short");

        Assert.Contains("subject.reference.kind", await Refusal(cache, new Embedding { Reference = kind }));
        Assert.Contains("subject.reference.digest", await Refusal(cache, new Embedding { Reference = digest }));
        Assert.Contains("subject: is required", await Refusal(cache, new Embedding()));
        Assert.Contains("subject: is required", await Refusal(cache, null));
    }

    private static async Task<string> Refusal(TestCache cache, Embedding? embedding) =>
        (await Assert.ThrowsAsync<InvalidRequestException>(() => Read(cache, embedding))).Message;

    private static Task<float[]> Read(TestCache cache, Embedding? embedding) =>
        cache.Reader.Read(embedding, "subject", Expected, CancellationToken.None).AsTask();
}
