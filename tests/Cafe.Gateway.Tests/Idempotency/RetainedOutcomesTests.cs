using Cafe.Gateway.Idempotency;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Gateway.Tests.Idempotency;

public sealed class RetainedOutcomesTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task HoldAsync_TimePassed_LetsGo()
    {
        var outcomes = new RetainedOutcomes(100, Longest, _time);
        var held = outcomes.HoldAsync(60);
        Assert.Equal(60, outcomes.Bytes);

        _time.Advance(Longest);
        await held;

        Assert.Equal(0, outcomes.Bytes);
    }

    [Fact]
    public async Task HoldAsync_BoundMet_LetsTheOldestGo()
    {
        var outcomes = new RetainedOutcomes(100, Longest, _time);
        Task[] held = [outcomes.HoldAsync(60), outcomes.HoldAsync(30), outcomes.HoldAsync(60)];

        await held[0];

        Assert.False(held[1].IsCompleted || held[2].IsCompleted);
        Assert.Equal(90, outcomes.Bytes);
    }

    [Fact]
    public async Task HoldAsync_LargerThanTheBound_IsNotHeld()
    {
        var outcomes = new RetainedOutcomes(100, Longest, _time);
        var other = outcomes.HoldAsync(60);

        await outcomes.HoldAsync(101);

        Assert.False(other.IsCompleted);
        Assert.Equal(60, outcomes.Bytes);
    }
}
