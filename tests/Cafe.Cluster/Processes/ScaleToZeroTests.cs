using Cafe.Client;
using Cafe.EmbeddedRedis;
using Cafe.Testing.Processes;
using Cafe.V1;

namespace Cafe.Cluster.Processes;

/// <summary>A pool that has no pod, and so a name that the DNS does not know: calls wait at the gateway, and go on when the first pod is there.</summary>
[Collection(ProcessTests.Name)]
public sealed class ScaleToZeroTests(TinyPack pack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_PoolAtZero_WaitsWarmingUntilTheNameHasAPod()
    {
        LoopbackCluster.SkipUnlessPossible();
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 1, Cancel, diffusers: 0,
            settings: component => component == "gateway" ? ["--Gateway:WaitingRoom:EventSeconds=0.2", "--Gateway:DnsRefreshSeconds=1"] : []);
        using var client = cluster.Client();
        var first = await FromZeroAsync(cluster, client);

        // Back to zero, and up again at another address: the name is asked anew.
        await cluster.Diffuser.DeleteAsync(cluster.Diffuser.Pods[0], LoopbackCluster.PreStop, LoopbackCluster.Grace, Cancel);
        Assert.Empty(cluster.Diffuser.Pods);
        var second = await FromZeroAsync(cluster, client);
        Assert.Null(InterruptedCall.Difference(first, second));
    }

    // The autoscaler's part is this test's: it sees the number of waiting calls, and starts a pod.
    private static async Task<CafeResult> FromZeroAsync(LoopbackCluster cluster, CafeClient client)
    {
        var (midway, result) = await InterruptedCall.RunAsync(client, Asking.Request(1), told =>
        {
            if (told is not CafeEvent.Warming warming)
            {
                return false;
            }

            Assert.True(warming.Stage == Stage.Diffuser, $"The {warming.Stage} is out: {string.Join('\n', cluster.Stages.SelectMany(pool => pool.Pods).Select(pod => pod.Process.Log))}");
            return true;
        }, async () =>
        {
            Assert.Equal(1, await Waiting());
            await cluster.Diffuser.GrowAsync(1, Cancel);
        }, Cancel);
        Assert.True(midway, "The gateway did not say that the pool is warming.");
        Assert.Single(result.Pictures);
        Assert.Equal(0, await Waiting());
        return result;

        Task<double> Waiting() => cluster.Gateway.Pods[0].MetricAsync("cafe_gateway_waiting", Cancel);
    }
}
