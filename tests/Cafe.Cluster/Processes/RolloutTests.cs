using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.EmbeddedRedis;
using Cafe.Testing;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Processes;

/// <summary>Every pod replaced by a new one, one after the other, under a running batch.</summary>
[Collection(ProcessTests.Name)]
public sealed class RolloutTests(TinyPack pack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>As the chart rolls where a GPU is scarce (maxSurge 0): an old pod goes, then a new one comes.</summary>
    [Fact]
    public async Task Rollout_EveryStageUnderABatch_NothingFailsIsLostOrComesTwice()
    {
        LoopbackCluster.SkipUnlessPossible();
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 2, Cancel);
        using var client = cluster.Client();
        var batch = new RunningBatch(client, first: 10_000, Cancel);
        var (pods, longest) = (0, TimeSpan.Zero);
        foreach (var pool in cluster.Stages)
        {
            foreach (var old in pool.Pods)
            {
                await batch.GoesOnAsync();
                var took = await pool.DeleteAsync(old, LoopbackCluster.PreStop, LoopbackCluster.Grace, Cancel);
                await pool.GrowAsync(1, Cancel);
                (pods, longest) = (pods + 1, took > longest ? took : longest);
            }
        }

        await batch.GoesOnAsync();
        var items = await batch.EndAsync();
        Assert.Equal(6, pods);
        TestContext.Current.TestOutputHelper?.WriteLine($"{items} items over the restarts of {pods} pods; the longest drain took {longest.TotalSeconds:0.0} s.");
    }

    /// <summary><c>cafe batch</c> knows the gateway by its DNS name only; both gateways behind it are replaced (maxSurge 1).</summary>
    [Fact]
    public async Task Rollout_BothGatewaysUnderCafeBatch_NothingFailsIsLostOrComesTwice()
    {
        LoopbackCluster.SkipUnlessPossible();
        const int Window = 4, Seconds = 60;
        var count = Counts.Of(200);
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 1, Cancel, gateways: 2);
        var folder = Directory.CreateTempSubdirectory("cafe-rollout-");
        try
        {
            // Pictures of which the whole batch needs about a minute: the rollout must find it running. Tried as the batch works, a window at once.
            const int Steps = 150, MostPictures = 16;
            using var client = cluster.Client();
            await client.GenerateToEndAsync(Asking.Request(1), Cancel);
            var began = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(2, Window).Select(picture => client.GenerateToEndAsync(Asking.Request(picture, steps: Steps), Cancel)));
            var each = TimeProvider.System.GetElapsedTime(began).TotalSeconds / Window;
            var pictures = (int)Math.Clamp(Seconds / (count * each), 1, MostPictures);

            var input = Path.Combine(folder.FullName, "in.jsonl");
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "subject.png"), Asking.Picture(3).Data.ToByteArray(), Cancel);
            await File.WriteAllLinesAsync(input, Enumerable.Range(0, count).Select(i => JsonSerializer.Serialize(new { id = $"item-{i}", image = "subject.png", text = "in the snow", options = new { steps = Steps, count = pictures, seed = $"{i}" } })), Cancel);
            var output = Path.Combine(folder.FullName, "out");
            using var batch = OwnResolver.Run(cluster.ResolvConf, Dotnet.Program,
                [Path.Combine(AppContext.BaseDirectory, "Cafe.Cli.dll"), "batch", input, "--out", output, "--server", $"http://{cluster.Gateway.Authority}", "--window", $"{Window}"]);
            batch.Start();
            foreach (var old in cluster.Gateway.Pods)
            {
                await Asking.UntilAsync(async () => !batch.Running || await InFlight(cluster) > 0, "items in flight", Cancel);
                Assert.True(batch.Running, $"The batch was over before the rollout was ({pictures} pictures an item): {batch.Log}");
                await cluster.Gateway.GrowAsync(1, Cancel);
                await cluster.Gateway.DeleteAsync(old, LoopbackCluster.PreStop, LoopbackCluster.Grace, Cancel);
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{count} items of {pictures} pictures over the restarts of two gateways.");
            Assert.True(await batch.WaitAsync(TimeSpan.FromMinutes(10)) == 0, batch.Log);
            var results = await File.ReadAllLinesAsync(Path.Combine(output, "results.jsonl"), Cancel);
            Assert.Equal(count, results.Length);
            Assert.Equal(count, results.Select(line => (string)JsonNode.Parse(line)!["id"]!).Distinct().Count());
            Assert.All(results, line => Assert.Null(JsonNode.Parse(line)!["error"]));
            Assert.Equal(count * pictures, Directory.GetFiles(output, "*.png").Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> InFlight(LoopbackCluster cluster) =>
        (await Task.WhenAll(cluster.Gateway.Pods.Select(pod => pod.MetricAsync("cafe_gateway_in_flight", Cancel)))).Sum();
}
