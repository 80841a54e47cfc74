using System.Collections.Concurrent;
using Cafe.Client;
using Cafe.Testing;
using Cafe.Testing.Processes;
using Cafe.V1;

namespace Cafe.Cluster.Processes;

/// <summary>A batch that is under way while something happens to the cluster: no item fails, is lost or comes twice.</summary>
internal sealed class RunningBatch
{
    /// <summary>200 in full, 20 otherwise; more where what happens takes longer.</summary>
    private static readonly int Least = Counts.Of(200);

    private const int Window = 4, Compared = 5;
    private readonly CafeClient _client;
    private readonly int _first;
    private readonly CancellationToken _cancellation;
    private readonly ConcurrentDictionary<string, CafeResult> _results = new();
    private readonly Task _ending;
    private volatile bool _enough;
    private int _sent;

    /// <param name="client">The gateway's client.</param>
    /// <param name="first">The first picture's number; no item's picture is like another's, so each is encoded.</param>
    /// <param name="cancellation">Gives up.</param>
    public RunningBatch(CafeClient client, int first, CancellationToken cancellation)
    {
        (_client, _first, _cancellation) = (client, first, cancellation);
        _ending = RunAsync();
    }

    /// <summary>Items answered so far.</summary>
    public int Answered => _results.Count;

    /// <summary>Waits until more items have been answered: the cluster works.</summary>
    public async Task GoesOnAsync(int more = Window)
    {
        var before = Answered;
        await Asking.UntilAsync(() => Task.FromResult(_ending.IsCompleted || Answered >= before + more), $"{more} more items answered", _cancellation);
        if (_ending.IsCompleted)
        {
            await _ending;
            Assert.Fail("The batch ended before it was told to.");
        }
    }

    /// <summary>Sends what is left of the least number, and checks the whole.</summary>
    public async Task<int> EndAsync()
    {
        _enough = true;
        await _ending;
        Assert.True(_sent >= Least);
        Assert.Equal(_sent, _results.Count);
        Assert.All(_results.Values, result => Assert.Single(result.Pictures));

        // What was drawn in the turmoil is what is drawn in peace.
        foreach (var number in Enumerable.Range(0, Compared).Select(i => i * (_sent - 1) / (Compared - 1)))
        {
            Assert.Null(InterruptedCall.Difference(await _client.GenerateToEndAsync(Request(number), _cancellation), _results[$"item-{number}"]));
        }

        return _sent;
    }

    private GenerateRequest Request(int number) => Asking.Request(_first + number, steps: 30, maxTokens: 12);

    private async Task RunAsync()
    {
        await foreach (var answer in _client.GenerateBatchAsync(Items(), Window, _cancellation))
        {
            Assert.True(answer.Result is not null, $"{answer.Id} failed: {answer.Error}");
            Assert.True(_results.TryAdd(answer.Id, answer.Result!), $"{answer.Id} came twice.");
        }
    }

    private async IAsyncEnumerable<CafeBatchItem> Items()
    {
        for (; _sent < Least || !_enough; _sent++)
        {
            await Task.Yield();
            yield return new CafeBatchItem($"item-{_sent}", Request(_sent));
        }
    }
}
