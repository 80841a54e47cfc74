using System.Text.Json;
using System.Text.Json.Nodes;
using Cafe.Cluster.Charts;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Cafe.Cluster.Containers;

/// <summary>The cpu example's pods, rendered by the chart and run from our images: non-root, read-only, within their memory limits.</summary>
public sealed class CpuExampleTests(Podman podman) : IClassFixture<Podman>
{
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
            Batch(gateway, folder);
            await PrometheusScrapes([.. hosts.Select(host => host.Address), gateway], folder);
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

    private static void Batch(string gateway, string folder)
    {
        const int Items = 12;
        var input = Path.Combine(folder, "in.jsonl");
        File.WriteAllLines(input, Enumerable.Range(0, Items).Select(i => JsonSerializer.Serialize(new { id = $"item-{i}", image = Subject, text = "in the snow", options = new { steps = 2 } })));
        Cafe("batch", input, "--out", Path.Combine(folder, "batch"), "--server", $"http://{gateway}:8080");
        var results = File.ReadAllLines(Path.Combine(folder, "batch", "results.jsonl"));
        Assert.Equal(Items, results.Select(line => JsonNode.Parse(line)!["id"]!.ToString()).Distinct().Count());
        Assert.All(results, line => Assert.Null(JsonNode.Parse(line)!["error"]));
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

    /// <summary>A real Prometheus finds all four pods up, and ready by their own metric.</summary>
    private static async Task PrometheusScrapes(IReadOnlyList<string> addresses, string folder)
    {
        const string Listen = "127.0.0.1:19090";
        if (Helm.Find("prometheus") is not { } prometheus)
        {
            TestContext.Current.AddWarning("prometheus is not on the PATH (Debian's prometheus has it): scraping was not tried.");
            return;
        }

        var config = Path.Combine(folder, "prometheus.yaml");
        await File.WriteAllTextAsync(config, $"global: {{ scrape_interval: 1s }}\nscrape_configs: [{{ job_name: cafe, static_configs: [{{ targets: [{string.Join(", ", addresses.Select(address => $"'{address}:9090'"))}] }}] }}]\n");
        using var process = System.Diagnostics.Process.Start(prometheus, [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", $"--web.listen-address={Listen}", "--log.level=error"]);
        try
        {
            using var http = new HttpClient();
            await Until(async () => await Count("up == 1") == addresses.Count, "four targets up");
            await Until(async () => await Count("cafe_ready == 1") == addresses.Count, "four services ready");
            Assert.Equal(1, await Count("sum(cafe_pictures_total) > 0"));

            async Task<int> Count(string query)
            {
                using var answer = JsonDocument.Parse(await http.GetStringAsync($"http://{Listen}/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken));
                return answer.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task Until(Func<Task<bool>> holds, string what)
    {
        for (var attempt = 0; attempt < 120; attempt++)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Prometheus is starting.
            }

            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"After a minute: not {what}.");
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
