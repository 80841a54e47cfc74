using Cafe.Embeddings.Writing;

namespace Cafe.Embeddings.Tests.Writing;

public sealed class FlightsTests
{
    private readonly Flights<string, int> _flights = new();

    [Fact]
    public async Task Run_ManyForOneKey_WorksOnce()
    {
        var (runs, release) = (0, new TaskCompletionSource());
        async Task<int> Work(CancellationToken _)
        {
            Interlocked.Increment(ref runs);
            await release.Task;
            return 7;
        }

        var callers = Enumerable.Range(0, 100).Select(_ => _flights.Run("key", Work, CancellationToken.None)).ToArray();
        release.SetResult();
        var results = await Task.WhenAll(callers);

        Assert.Equal(1, runs);
        Assert.All(results, result => Assert.Equal(7, result.Result));
        Assert.Equal(99, results.Count(result => result.Joined));
        Assert.Equal(0, _flights.Count);
    }

    [Fact]
    public async Task Run_FirstCallerLeaves_OthersKeepTheWork()
    {
        var release = new TaskCompletionSource();
        CancellationToken seen = default;
        async Task<int> Work(CancellationToken token)
        {
            seen = token;
            await release.Task.WaitAsync(token);
            return 1;
        }

        using var leaving = new CancellationTokenSource();
        var first = _flights.Run("key", Work, leaving.Token);
        var second = _flights.Run("key", Work, CancellationToken.None);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();

        Assert.Equal((1, true), await second);
        Assert.Equal(0, _flights.Count);
    }

    [Fact]
    public async Task Run_AllLeave_CancelsTheWorkAndTheNextStartsAnew()
    {
        var cancelled = new TaskCompletionSource();
        async Task<int> Stuck(CancellationToken token)
        {
            using var registration = token.Register(() => cancelled.TrySetResult());
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        }

        using var leaving = new CancellationTokenSource();
        var caller = _flights.Run("key", Stuck, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
        await cancelled.Task;

        Assert.Equal((5, false), await _flights.Run("key", _ => Task.FromResult(5), CancellationToken.None));
    }

    [Fact]
    public async Task Run_WorkFails_AllSeeItAndTheNextStartsAnew()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _flights.Run("key", _ => throw new InvalidOperationException(), CancellationToken.None));

        Assert.Equal((5, false), await _flights.Run("key", _ => Task.FromResult(5), CancellationToken.None));
    }
}
