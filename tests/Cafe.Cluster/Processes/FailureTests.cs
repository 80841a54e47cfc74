using System.Globalization;
using Cafe.Client;
using Cafe.Cluster.Charts;
using Cafe.EmbeddedRedis;
using Cafe.Testing.Processes;
using Cafe.V1;

namespace Cafe.Cluster.Processes;

/// <summary>One of two pods is killed with -9 at its work, and Redis under a batch: the caller gets what it would have got.</summary>
[Collection(ProcessTests.Name)]
public sealed class FailureTests(TinyPack pack)
{
    // A kill may come after the stage's last word; then it proves nothing, and another call is made.
    private const int Tries = 20;

    private static readonly TimeSpan Frozen = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pod_OfEachStageKilledInMidStream_AnotherTakesItsWorkUp()
    {
        LoopbackCluster.SkipUnlessPossible();
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 2, Cancel);
        using var client = cluster.Client();
        await EncoderKilled(cluster, client);
        await Killed(cluster.Assistant, told => told is CafeEvent.Text, Asking.Request(1, maxTokens: 32));
        await Killed(cluster.Diffuser, told => told is CafeEvent.Progress, Asking.Request(1, steps: 150, count: 4));

        async Task Killed(Pool pool, Func<CafeEvent, bool> moment, GenerateRequest request)
        {
            var expected = await client.GenerateToEndAsync(request, Cancel);
            for (var i = 0; i < Tries; i++)
            {
                var retries = await Retries(cluster);
                ServiceProcess? victim = null;
                var (midway, result) = await InterruptedCall.RunAsync(client, request, moment, async () =>
                {
                    victim = await Busy(pool);
                    victim?.Process.Kill();
                }, Cancel);
                Assert.Null(InterruptedCall.Difference(expected, result));
                if (victim is not null)
                {
                    await victim.StartAsync(Cancel); // at the same address, as a kubelet restarts a container; the name may still have it from before
                    await pool.PublishedAsync(victim, Cancel);
                    if (midway && await Retries(cluster) > retries)
                    {
                        return;
                    }
                }
            }

            Assert.Fail($"In {Tries} calls no kill met {pool.Component} at work.");
        }
    }

    /// <summary>A pod of each stage in turn, with what it was given in hand: frozen for as long as it takes that the batch gives it more, then killed.</summary>
    [Fact]
    public async Task Pod_OfEachStageKilledUnderABatch_NothingFailsIsLostOrComesTwice()
    {
        LoopbackCluster.SkipUnlessPossible();
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 2, Cancel);
        using var client = cluster.Client();
        var batch = new RunningBatch(client, first: 30_000, Cancel);
        foreach (var pool in cluster.Stages)
        {
            for (var i = 0; ; i++)
            {
                Assert.True(i < Tries, $"In {Tries} tries no kill met {pool.Component} at work.");
                await batch.GoesOnAsync();
                var (victim, retries) = (pool.Pods[i % pool.Pods.Count], await Retries(cluster));
                victim.Process.Freeze();
                await Task.Delay(Frozen, Cancel);
                victim.Process.Kill();
                await batch.GoesOnAsync();
                await victim.StartAsync(Cancel);
                await pool.PublishedAsync(victim, Cancel);
                if (await Retries(cluster) > retries)
                {
                    break;
                }
            }
        }

        await batch.GoesOnAsync();
        await batch.EndAsync();
    }

    [Fact]
    public async Task Redis_KilledAndBackUnderABatch_NothingFailsIsLostOrComesTwice()
    {
        LoopbackCluster.SkipUnlessPossible();
        var server = Helm.Find("redis-server");
        Assert.SkipWhen(server is null, "redis-server is not on the PATH (Debian's redis-server has it).");
        var port = FreePorts.Take(1)[0].ToString(CultureInfo.InvariantCulture);
        using var redis = new ChildProcess(server!, ["--port", port, "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
        redis.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, $"127.0.0.1:{port}", each: 2, Cancel);
        using var client = cluster.Client();
        var batch = new RunningBatch(client, first: 20_000, Cancel);
        foreach (var trouble in new[] { redis.Kill, redis.Start, redis.Kill, redis.Start })
        {
            await batch.GoesOnAsync();
            trouble();
        }

        await batch.GoesOnAsync();
        await batch.EndAsync();
    }

    // Half of the pictures are sent to each encoder; the one that was frozen is killed with its half in hand.
    private static async Task EncoderKilled(LoopbackCluster cluster, CafeClient client)
    {
        const int Pictures = 6;
        var number = 900;
        for (var i = 0; i < Tries; i++)
        {
            await AskAsync(); // the gateway is connected to both
            var frozen = cluster.Encoder.Pods[0];
            var retries = await Retries(cluster);
            frozen.Process.Freeze();
            var first = number;
            var calls = AskEach();
            await Asking.UntilAsync(() => Task.FromResult(calls.Count(call => call.IsCompleted) >= Pictures / 2), "half of the pictures done", Cancel);
            frozen.Process.Kill();
            var results = await Task.WhenAll(calls);
            var taken = await Retries(cluster) > retries;
            await frozen.StartAsync(Cancel);
            await cluster.Encoder.PublishedAsync(frozen, Cancel);
            for (var picture = 0; picture < Pictures; picture++)
            {
                Assert.Null(InterruptedCall.Difference(await client.GenerateToEndAsync(Asking.Request(first + picture), Cancel), results[picture]));
            }

            if (taken)
            {
                return;
            }
        }

        Assert.Fail($"In {Tries} tries no encoder was killed with a picture in hand.");

        Task<CafeResult>[] AskEach() => [.. Enumerable.Range(0, Pictures).Select(_ => client.GenerateToEndAsync(Asking.Request(number++), Cancel))];

        Task AskAsync() => Task.WhenAll(AskEach());
    }

    private static async Task<ServiceProcess?> Busy(Pool pool)
    {
        foreach (var pod in pool.Pods)
        {
            if (await pod.MetricAsync("cafe_rows_in_flight", Cancel) > 0)
            {
                return pod;
            }
        }

        return null;
    }

    private static Task<double> Retries(LoopbackCluster cluster) => cluster.Gateway.Pods[0].MetricAsync("cafe_gateway_retries_total", Cancel);
}
