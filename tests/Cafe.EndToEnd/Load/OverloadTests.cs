using Cafe.Cli.Embedded;
using Cafe.EmbeddedRedis;
using Cafe.EndToEnd.Running;
using Cafe.Testing;
using Cafe.Testing.Processes;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cafe.EndToEnd.Load;

/// <summary>Ten callers for every place: who finds none is told at once, and those who have one are served as if there were no others.</summary>
public sealed class OverloadTests(TinyPack pack)
{
    private const int Active = 4, Queue = 4, Overload = 10, Steps = 30, Pictures = 2;

    // What a process of .NET gains and loses by itself; what grows with the calls shows far above it at full length.
    private const long Slack = 64 << 20;
    private static readonly string[] Places = [$"--Diffuser:QueueCapacity={Queue}", $"--Diffuser:MaxActive={Active}"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_QueueIsFull_RejectedWithADelayBeforeTheNextStepEnds()
    {
        using var held = new HeldEngine();
        await using var system = await EmbeddedSystem.StartAsync(
            new EmbeddedOptions { Pack = pack.Folder, Diffuser = held.Configure, Settings = Places }, Cancel);
        using var channel = GrpcChannel.ForAddress(system.Gateway);
        using var http = new HttpClient();
        var client = new GatewayService.GatewayServiceClient(channel);

        // One is in the step, the others wait.
        List<Task<int>> served = [Ask(client)];
        await held.InStep.WaitAsync(Cancel);
        served.AddRange(Enumerable.Range(0, Queue).Select(_ => Ask(client)));
        var metrics = new Uri(system.Addresses["diffuser"].Metrics, "/metrics");
        await Asking.UntilAsync(async () => MetricText.Sum(await http.GetStringAsync(metrics, Cancel), "cafe_queue_depth") == Queue, "a full queue", Cancel);

        var refused = await Task.WhenAll(Enumerable.Range(0, Overload * (Queue + 1)).Select(_ => Assert.ThrowsAsync<RpcException>(() => Ask(client))));

        Assert.Equal(0, held.StepsDone);
        Assert.All(refused, failure => Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode));
        Assert.All(refused, failure => Assert.True(failure.GetRpcStatus()!.GetDetail<RetryInfo>().RetryDelay.ToTimeSpan() > TimeSpan.Zero));
        held.Release();
        Assert.All(await Task.WhenAll(served), pictures => Assert.Equal(Pictures, pictures));
    }

    [Fact]
    public async Task Generate_TenTimesTheLoad_NoRowIsDrawnInVainAndMemoryStaysFlat()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is read from /proc.");
        using var redis = EmbeddedGarnet.Start();
        using var system = await ProcessSystem.StartAsync(pack.Folder, redis.Configuration, Cancel, Places);
        using var channel = GrpcChannel.ForAddress(system.Gateway.Address);
        var client = new GatewayService.GatewayServiceClient(channel);

        // At the peak, every row is of a picture that someone gets.
        var before = await Rows();
        var alone = await Ask(client);
        var peak = (await Rows() - before) / alone;
        Assert.True(peak >= Steps, $"A picture of {Steps} steps has {peak} rows.");

        await Flood(client);
        var memory = system.All.Select(service => service.Process.AnonymousBytes).ToList();
        before = await Rows();
        var (pictures, rejected) = await Flood(client);
        var rows = await Rows() - before;

        Assert.True(rejected > 0 && pictures > 0, $"{rejected} rejected, {pictures} pictures.");
        Assert.True(pictures * peak >= 0.95 * rows, $"{pictures} pictures of {peak} rows each came of {rows} rows.");
        Assert.All(system.All.Zip(memory), pair => Assert.InRange(pair.First.Process.AnonymousBytes, 0, pair.Second + Slack));
        foreach (var metric in new[] { "cafe_queue_depth", "cafe_requests_active", "cafe_rows_in_flight" })
        {
            await Asking.UntilAsync(async () => await system.Diffuser.MetricAsync(metric, Cancel) == 0, $"{metric} back at 0", Cancel);
        }

        Assert.Equal(Pictures, await Ask(client));

        async Task<double> Rows() => await system.Diffuser.MetricAsync("cafe_batch_rows_sum", Cancel);
    }

    // Callers that ask again and again, without a break.
    private static async Task<(int Pictures, int Rejected)> Flood(GatewayService.GatewayServiceClient client)
    {
        var (pictures, rejected) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Overload * (Active + Queue)).Select(async _ =>
        {
            for (var i = 0; i < Counts.Of(50); i++)
            {
                try
                {
                    Interlocked.Add(ref pictures, await Ask(client));
                }
                catch (RpcException failure) when (failure.StatusCode == StatusCode.ResourceExhausted)
                {
                    Interlocked.Increment(ref rejected);
                }
            }
        }));
        return (pictures, rejected);
    }

    /// <returns>Pictures that came.</returns>
    private static async Task<int> Ask(GatewayService.GatewayServiceClient client)
    {
        var request = Asking.Request(1, Steps, Pictures);
        (request.SemanticImage, request.Alpha) = (request.Subject, 0); // no reply: the diffuser is what is short
        using var call = client.Generate(request, cancellationToken: Cancel);
        return await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(told => told.EventCase == GenerateResponse.EventOneofCase.Image, Cancel);
    }
}
