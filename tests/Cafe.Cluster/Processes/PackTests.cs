using Cafe.EmbeddedRedis;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Processes;

/// <summary>A rollout of a pack that is not there, or not whole: the new pods never get traffic, the old ones go on.</summary>
[Collection(ProcessTests.Name)]
public sealed class PackTests(TinyPack pack)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rollout_PackMissingOrBroken_NeverReadySaysWhyInOneLineAndTheOldServeOn()
    {
        LoopbackCluster.SkipUnlessPossible();
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 1, Cancel);
        using var client = cluster.Client();
        var folder = Directory.CreateTempSubdirectory("cafe-packs-").FullName;
        try
        {
            var missing = Path.Combine(folder, "missing");
            foreach (var pool in cluster.Stages)
            {
                var cut = Copy(pool, Path.Combine(folder, $"{pool.Component}-cut"), bytes => bytes[..^1]);
                var spoilt = Copy(pool, Path.Combine(folder, $"{pool.Component}-spoilt"), bytes => [.. bytes.Select(value => (byte)(value ^ 0x55))]);
                foreach (var path in new[] { missing, cut, spoilt })
                {
                    var pod = pool.Launch($"--Pack:Path={path}");
                    var reason = "";
                    await Asking.UntilAsync(async () => (reason = (await pod.ProbeAsync(Cancel)).Reason) is not ("" or "starting") && !reason.StartsWith("loading", StringComparison.OrdinalIgnoreCase), $"a reason from {pool.Component}", Cancel);
                    var until = DateTime.UtcNow + Watched;
                    while (DateTime.UtcNow < until)
                    {
                        Assert.Single((await client.GenerateToEndAsync(Asking.Request(7), Cancel)).Pictures);
                        Assert.False(pool.IsPublished(pod), $"{pool.Component} with {path} was sent traffic.");
                        Assert.Equal((false, reason), await pod.ProbeAsync(Cancel));
                    }

                    // The line that an operator finds: what is wrong, and with which file.
                    Assert.Contains(path, reason, StringComparison.Ordinal);
                    Assert.Single(pod.Process.Log.Split('\n'), line => line.Contains(reason, StringComparison.Ordinal));
                    Assert.DoesNotContain("   at ", pod.Process.Log, StringComparison.Ordinal);
                    Assert.True(pod.Process.Running, pod.Process.Log);
                    TestContext.Current.TestOutputHelper?.WriteLine($"{pool.Component}: {reason.Replace(folder, "...", StringComparison.Ordinal)}");
                    await pool.DeleteAsync(pod, TimeSpan.Zero, LoopbackCluster.Grace, Cancel);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // One graph of the part is not what it was: a copy that went wrong.
    private string Copy(Pool pool, string to, Func<byte[], byte[]> spoil)
    {
        foreach (var file in Directory.EnumerateFiles(pack.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(pack.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var graph = Directory.EnumerateFiles(Path.Combine(to, pool.Component.ToLowerInvariant()), "*.onnx").Order().First();
        File.WriteAllBytes(graph, spoil(File.ReadAllBytes(graph)));
        return to;
    }
}
