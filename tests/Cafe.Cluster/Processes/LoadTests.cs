using System.Diagnostics;
using Cafe.EmbeddedRedis;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Processes;

/// <summary>A pool that grows under load: the new pods get their share, and nobody restarts for it.</summary>
[Collection(ProcessTests.Name)]
public sealed class LoadTests(TinyPack pack)
{
    private const double MostUneven = 1.3;
    private const int Callers = 6, LeastPerPod = 10;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encoders_TwoThenFour_ShareTheLoadEvenlyWithinThirtySeconds()
    {
        LoopbackCluster.SkipUnlessPossible();
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 1, Cancel, encoders: 2);
        using var client = cluster.Client();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var number = 0;

        // Callers that never pause, none of whose pictures is like another: each is encoded.
        var load = Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                Assert.Single((await client.GenerateToEndAsync(Asking.Request(1000 + Interlocked.Increment(ref number), steps: 1, maxTokens: 1), Cancel)).Pictures);
            }
        }));
        await EvenAsync(cluster.Encoder, load);

        await cluster.Encoder.GrowAsync(2, Cancel);
        var took = await EvenAsync(cluster.Encoder, load);
        TestContext.Current.TestOutputHelper?.WriteLine($"Four encoders share evenly {took.TotalSeconds:0.0} s after the last is ready.");

        await enough.CancelAsync();
        await load;
        Assert.Equal(4, cluster.Encoder.Pods.Count(pod => pod.Process.Running));
    }

    /// <summary>Waits for a stretch of calls of which all pods had about as many.</summary>
    private static async Task<TimeSpan> EvenAsync(Pool pool, Task load)
    {
        var started = Stopwatch.GetTimestamp();
        var shares = "";
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < Soon)
        {
            var before = await RowsAsync(pool);
            var rows = before;
            while (rows.Zip(before).Sum(pair => pair.First - pair.Second) < LeastPerPod * rows.Length)
            {
                Assert.False(load.IsCompleted, $"The callers stopped: {load.Exception}");
                await Task.Delay(200, Cancel);
                rows = await RowsAsync(pool);
            }

            double[] share = [.. rows.Zip(before).Select(pair => pair.First - pair.Second)];
            shares = string.Join(" ", share);
            if (share.Min() > 0 && share.Max() / share.Min() <= MostUneven)
            {
                return elapsed;
            }
        }

        Assert.Fail($"After {Soon.TotalSeconds:0} s the pods' shares are still {shares}.");
        return default;
    }

    private static Task<double[]> RowsAsync(Pool pool) => Task.WhenAll(pool.Pods.Select(pod => pod.MetricAsync("cafe_batch_rows_sum", Cancel)));
}
