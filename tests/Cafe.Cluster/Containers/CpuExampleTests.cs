using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Cluster.Charts;
using Cafe.Testing.Processes;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Cafe.Cluster.Containers;

/// <summary>The cpu example's pods, rendered by the chart and run from our images: non-root, read-only, within their memory limits.</summary>
public sealed class CpuExampleTests(Podman podman) : IClassFixture<Podman>
{
    private const string Second = "-second";
    private static readonly string[] Stages = ["encoder", "assistant", "diffuser"];

    [Fact]
    public async Task Play_CpuExample_BecomesReadyAndServesThroughTheGateway()
    {
        Assert.SkipWhen(podman.Reason is not null, podman.Reason ?? "");
        var overrides = Stages.Append("gateway").Select(name => $"image.overrides.{name}=localhost/cafe/{name}:test");
        var pods = PlayablePods.From(Helm.Template("cpu", [.. overrides, "redis.mode=none"]));

        var hosts = new List<(string Name, string Address)>();
        foreach (var stage in Stages)
        {
            hosts.Add(($"{Helm.Release}-cafe-{stage}.{Helm.Namespace}.svc", podman.Play(pods[stage])));
        }

        // Two diffusers behind one name: one of them will be killed.
        var second = PlayablePods.From(Helm.Template("cpu", [.. overrides, "redis.mode=none"]))["diffuser"];
        PlayablePods.Rename(second, Second);
        hosts.Add((hosts[^1].Name, podman.Play(second)));
        PlayablePods.AddHosts(pods["gateway"], hosts);
        var gateway = podman.Play(pods["gateway"]);
        foreach (var (name, address) in hosts.Append(("gateway", gateway)))
        {
            await UntilServing(name, address);
        }

        await GenericClientSeesTheService(gateway);
        var folder = Directory.CreateTempSubdirectory("cafe-containers-").FullName;
        try
        {
            Assert.Contains(".png", Cafe("generate", "--server", $"http://{gateway}:8080", "--image", Subject, "--text", "Can you draw it on the beach?", "--steps", "2", "--out", folder), StringComparison.Ordinal);
            Batch(gateway, Directory.CreateDirectory(Path.Combine(folder, "batch")).FullName);
            await DiffuserHitsItsMemoryLimit(gateway, hosts[^1].Address, Directory.CreateDirectory(Path.Combine(folder, "limit")).FullName);
            await Scraping.CheckAsync([.. hosts.Select(host => host.Address), gateway], folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
        MemoryLimit.HitBy(Diffuser + Second, "diffuser");
        await batch;

        await UntilServing("diffuser" + Second, address);
        Assert.Equal(1, podman.Restarts(Diffuser + Second, "diffuser"));
        Assert.All(Stages.Append("gateway"), name => Assert.Equal(0, podman.Restarts($"{Helm.Release}-cafe-{name}", name)));
        using var http = new HttpClient();
        await Scraping.UntilAsync(async () =>
        {
            Cafe("generate", "--server", $"http://{gateway}:8080", "--image", Subject, "--text", "in the snow", "--steps", "2", "--out", Path.Combine(folder, "after"));
            return MetricText.Sum(await http.GetStringAsync($"http://{address}:9090/metrics", TestContext.Current.CancellationToken), "cafe_pictures_total") > 0;
        }, "a picture drawn by the diffuser that came back");
    }

    // A client without our stubs: what the gateway says of itself.
    private static async Task GenericClientSeesTheService(string gateway)
    {
        using var channel = GrpcChannel.ForAddress($"http://{gateway}:8080");
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Contains(call.ResponseStream.Current.ListServicesResponse.Service, service => service.Name == "cafe.v1.GatewayService");
        await call.RequestStream.CompleteAsync();
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
            string.Join('\n', Stages.Append("gateway").Select(c => podman.Logs($"{Helm.Release}-cafe-{c}", c))));
    }
}
