using Cafe.Embeddings.Writing;
using Cafe.V1;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Embeddings.Tests.Writing;

public sealed class RecentEmbeddingsTests
{
    private const int Elements = 1000;
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Find_WithinTheTime_GivesWhatWasAdded()
    {
        var recent = Create(entries: 10);
        var result = Result(1);
        recent.Add(result);
        _time.Advance(TimeSpan.FromSeconds(4.9));

        Assert.Same(result, recent.Find(result.Key));
        Assert.Null(recent.Find(TestCache.Key(2)));
    }

    [Fact]
    public void Find_AfterTheTime_GivesNothingAndHoldsNothing()
    {
        var recent = Create(entries: 10);
        recent.Add(Result(1));
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(recent.Find(TestCache.Key(1)));
        Assert.Equal(0, recent.Bytes);
    }

    [Fact]
    public void Add_BoundMet_LetsTheOldestGo()
    {
        var recent = Create(entries: 3);
        for (var number = 1; number <= 5; number++)
        {
            recent.Add(Result(number));
        }

        Assert.Equal([false, false, true, true, true], Enumerable.Range(1, 5).Select(number => recent.Find(TestCache.Key(number)) is not null));
    }

    [Fact]
    public void Add_SameKeyAgain_TakesItsPlace()
    {
        var recent = Create(entries: 3);
        var newer = Result(1);
        recent.Add(Result(1));
        var bytes = recent.Bytes;
        _time.Advance(TimeSpan.FromSeconds(4));
        recent.Add(newer);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Same(newer, recent.Find(TestCache.Key(1)));
        Assert.Equal(bytes, recent.Bytes);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(10, 0)]
    public void Add_NoRoomOrNoTime_HoldsNothing(int entries, int seconds)
    {
        var recent = Create(entries, seconds);

        recent.Add(Result(1));

        Assert.Null(recent.Find(TestCache.Key(1)));
        Assert.Equal(0, recent.Bytes);
    }

    private RecentEmbeddings Create(int entries, int seconds = 5) => new(entries * ((2 * Elements) + 1024), TimeSpan.FromSeconds(seconds), _time);

    private static EncodedResult Result(int number) => new(TestCache.Key(number), TestCache.Value(number, Elements), Cached: true, CacheOutcome.Miss);
}
