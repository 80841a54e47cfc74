using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Cluster.Charts;
using Cafe.Testing.Processes;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Cafe.Cluster.Containers;

/// <summary>The cpu example's pods, rendered by the chart and run from our images: non-root, read-only, within their memory limits.</summary>
public sealed class CpuExampleTests(Podman podman) : IClassFixture<Podman>
{
    private const string Second = "-second";
    [Fact]
    public async Task Play_CpuExample_BecomesReadyAndServesThroughTheGateway()
    {
        Assert.SkipWhen(podman.Reason is not null, podman.Reason ?? "");
        var folder = Directory.CreateTempSubdirectory("cafe-containers-").FullName;
        try
        {
            string[] set =
            [
                .. Helm.Components.Select(name => $"image.overrides.{name}=localhost/cafe/{name}:test"), "redis.image=localhost/cafe-standin/redis:1",
                "jobs.image=localhost/cafe/cli:test", "jobs.batch.enabled=true", "jobs.batch.claimName=work",
            ];
            var pods = PlayablePods.From(Helm.Template("cpu", set));
            PlayablePods.Claim(pods["redis"], Directory.CreateDirectory(Path.Combine(folder, "redis")).FullName);
            (string, string) redis = ($"{Helm.Release}-cafe-redis.{Helm.Namespace}.svc", podman.Play(pods["redis"]));

            // Two diffusers behind one name: one of them will be killed.
            var second = PlayablePods.From(Helm.Template("cpu", set))["diffuser"];
            PlayablePods.Rename(second, Second);
            var hosts = new List<(string Name, string Address)>();
            foreach (var (stage, pod) in Helm.Stages.Select(stage => (stage, pods[stage])).Append(("diffuser", second)))
            {
                PlayablePods.AddHosts(pod, [redis]);
                hosts.Add(($"{Helm.Release}-cafe-{stage}.{Helm.Namespace}.svc", podman.Play(pod)));
            }

            PlayablePods.AddHosts(pods["gateway"], hosts.Append(redis));
            var gateway = podman.Play(pods["gateway"]);
            foreach (var (name, address) in hosts.Append(("gateway", gateway)))
            {
                await UntilServing(name, address);
            }

            Assert.All(Helm.Components.Append("redis"), Confined);
            var (picture, events) = await GenericClient.GenerateAsync(new Uri($"http://{gateway}:8080"), await File.ReadAllBytesAsync(Subject, TestContext.Current.CancellationToken), "Can you draw it on the beach?", steps: 2);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
            Assert.Equal(("accepted", "summary"), (events[0], events[^1]));
            Assert.Contains(".png", Cafe("generate", "--server", $"http://{gateway}:8080", "--image", Subject, "--text", "Can you draw it on the beach?", "--steps", "2", "--out", folder), StringComparison.Ordinal);
            Assert.NotEqual("0", podman.Run("exec", $"{Helm.Release}-cafe-redis-redis", "redis-cli", "dbsize").Trim()); // embeddings went through the bundled Redis
            Job(pods["batch"], (gateway, Directory.CreateDirectory(Path.Combine(folder, "job")).FullName));
            Batch(gateway, Directory.CreateDirectory(Path.Combine(folder, "batch")).FullName);
            await DiffuserHitsItsMemoryLimit(gateway, hosts[^1].Address, Directory.CreateDirectory(Path.Combine(folder, "limit")).FullName);
            await Scraping.CheckAsync([.. hosts.Select(host => host.Address), gateway], folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the chart asks for holds in the running container: another user than root, no way to write but to its volumes.</summary>
    private void Confined(string component)
    {
        const string User = "64198";
        var name = $"{Helm.Release}-cafe-{component}";
        Assert.Equal("true", podman.Run("inspect", "--format", "{{.HostConfig.ReadonlyRootfs}}", $"{name}-{component}").Trim());
        var told = podman.Shell(name, component, "echo user $(id -u) $(grep ^Uid: /proc/1/status); echo caps $(grep ^CapEff: /proc/1/status); for at in /probe /usr/probe /tmp/probe; do (: >$at) 2>/dev/null && echo wrote $at; done");
        Assert.Equal([$"user {User} Uid: {User} {User} {User} {User}", "caps CapEff: 0000000000000000", "wrote /tmp/probe"], told.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The batch Job's own pod, of the command line's image, does a file of two items.</summary>
    private void Job(Dictionary<object, object> pod, (string Gateway, string Folder) at)
    {
        File.Copy(Subject, Path.Combine(at.Folder, "subject.png"));
        File.WriteAllLines(Path.Combine(at.Folder, "in-0.jsonl"), Enumerable.Range(0, 2).Select(i => JsonSerializer.Serialize(new { id = $"item-{i}", image = "subject.png", text = "in the snow", options = new { steps = 2 } })));
        PlayablePods.Claim(pod, at.Folder);
        PlayablePods.AddHosts(pod, [($"{Helm.Release}-cafe-gateway.{Helm.Namespace}.svc", at.Gateway)]);
        podman.Play(pod);
        var name = PlayablePods.Name(pod);
        Assert.True(podman.Wait(name, "batch") == 0, podman.Logs(name, "batch"));
        var results = File.ReadAllLines(Path.Combine(at.Folder, "out-0", "results.jsonl"));
        Assert.Equal(["item-0", "item-1"], results.Select(line => JsonNode.Parse(line)!["id"]!.ToString()).Order());
        Assert.All(results, line => Assert.Null(JsonNode.Parse(line)!["error"]));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(at.Folder, "out-0"), "*.png").Length);
    }

    private static string Subject => Path.Combine(Testing.Repo.Root, "services", "packs", "mini", "samples", "subject.png");

    private static string Cafe(params string[] arguments)
    {
        var (code, output, error) = Tool.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "Cafe.Cli.dll"), .. arguments]);
        Assert.True(code == 0, output + error);
        return output + error;
    }

    private static void Batch(string gateway, string folder, int steps = 2)
    {
        const int Items = 12;
        var input = Path.Combine(folder, "in.jsonl");
        File.WriteAllLines(input, Enumerable.Range(0, Items).Select(i => JsonSerializer.Serialize(new { id = $"item-{i}", image = Subject, text = "in the snow", options = new { steps } })));
        Cafe("batch", input, "--out", Path.Combine(folder, "out"), "--server", $"http://{gateway}:8080");
        var results = File.ReadAllLines(Path.Combine(folder, "out", "results.jsonl"));
        Assert.Equal(Items, results.Select(line => JsonNode.Parse(line)!["id"]!.ToString()).Distinct().Count());
        Assert.All(results, line => Assert.Null(JsonNode.Parse(line)!["error"]));
    }

    /// <summary>One diffuser is killed for its memory under a batch: no item fails, the container comes back and draws again, the others never stopped.</summary>
    private async Task DiffuserHitsItsMemoryLimit(string gateway, string address, string folder)
    {
        const string Diffuser = $"{Helm.Release}-cafe-diffuser";
        var batch = Task.Run(() => Batch(gateway, folder, steps: 20));
        var results = Path.Combine(folder, "out", "results.jsonl");
        await Scraping.UntilAsync(() => Task.FromResult(batch.IsCompleted || (File.Exists(results) && new FileInfo(results).Length > 0)), "the first item done");
        Assert.False(batch.IsCompleted, "The batch was over too soon.");
        await MemoryLimit.HitBy(Diffuser + Second, "diffuser");
        await batch;

        await UntilServing("diffuser" + Second, address);
        Assert.Equal(1, podman.Restarts(Diffuser + Second, "diffuser"));
        Assert.All(Helm.Components, name => Assert.Equal(0, podman.Restarts($"{Helm.Release}-cafe-{name}", name)));
        using var http = new HttpClient();
        await Scraping.UntilAsync(async () =>
        {
            Cafe("generate", "--server", $"http://{gateway}:8080", "--image", Subject, "--text", "in the snow", "--steps", "2", "--out", Path.Combine(folder, "after"));
            return MetricText.Sum(await http.GetStringAsync($"http://{address}:9090/metrics", TestContext.Current.CancellationToken), "cafe_pictures_total") > 0;
        }, "a picture drawn by the diffuser that came back");
    }

    /// <summary>The probe that the chart asks, on the port that it asks.</summary>
    private async Task UntilServing(string name, string address)
    {
        using var channel = GrpcChannel.ForAddress($"http://{address}:8081");
        var health = new Health.HealthClient(channel);
        var last = "";
        for (var attempt = 0; attempt < 240; attempt++)
        {
            try
            {
                var answer = await health.CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow.AddSeconds(5));
                if (answer.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                {
                    return;
                }

                last = answer.Status.ToString();
            }
            catch (Grpc.Core.RpcException failure)
            {
                last = failure.Status.ToString();
            }

            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{name} is not serving: {last}\n{podman.Run("ps", "-a")}\n" +
            string.Join('\n', Helm.Components.Select(c => podman.Logs($"{Helm.Release}-cafe-{c}", c))));
    }
}
