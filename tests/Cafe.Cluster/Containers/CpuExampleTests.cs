using Cafe.Cluster.Charts;

using Grpc.Health.V1;
using Grpc.Net.Client;

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

        using var channel = GrpcChannel.ForAddress($"http://{gateway}:8080");
        var client = new V1.GatewayService.GatewayServiceClient(channel);
        var subject = await File.ReadAllBytesAsync(Path.Combine(Testing.Repo.Root, "services", "packs", "mini", "samples", "subject.png"),
            TestContext.Current.CancellationToken);
        using var call = client.Generate(new V1.GenerateRequest
        {
            Subject = new V1.Image { Data = Google.Protobuf.ByteString.CopyFrom(subject) },
            Text = "Can you draw it on the beach?",
            Options = new V1.DiffusionOptions { Steps = 2, Seed = 1 },
        }, deadline: DateTime.UtcNow.AddMinutes(2), cancellationToken: TestContext.Current.CancellationToken);

        var events = new List<V1.GenerateResponse>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            events.Add(call.ResponseStream.Current);
        }

        Assert.Equal(V1.GenerateResponse.EventOneofCase.Summary, events[^1].EventCase);
        Assert.Contains(events, e => e.EventCase == V1.GenerateResponse.EventOneofCase.Image && e.Image.Data.Length > 0);
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
