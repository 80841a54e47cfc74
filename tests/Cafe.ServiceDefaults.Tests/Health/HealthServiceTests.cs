using Cafe.ServiceDefaults.Health;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace Cafe.ServiceDefaults.Tests.Health;

public sealed class HealthServiceTests
{
    [Fact]
    public async Task Check_StatesInTurn_TellsTheTruth()
    {
        await using var host = await TestHost.Start(ready: false);
        var client = new HealthClient(host.Channel(host.Addresses.Health));

        Assert.Equal(ServingStatus.NotServing, await Status(client, ""));
        Assert.Equal(ServingStatus.Serving, await Status(client, "liveness"));
        host.Readiness.Ready();
        Assert.Equal(ServingStatus.Serving, await Status(client, ""));
        Assert.Equal(ServingStatus.Serving, await Status(client, "readiness"));
        Assert.Equal(ServingStatus.Serving, await Status(client, "cafe.v1.EncoderService"));
        host.Readiness.Broken("the pack has no encoder/subject.onnx");
        Assert.Equal(ServingStatus.NotServing, await Status(client, ""));
        Assert.Equal(ServingStatus.Serving, await Status(client, "liveness"));
        host.Readiness.Broken("the device is lost", restartHelps: true);
        Assert.Equal(ServingStatus.NotServing, await Status(client, "liveness"));
    }

    [Fact]
    public async Task Check_Broken_SaysWhyInAHeader()
    {
        await using var host = await TestHost.Start(ready: false);
        host.Readiness.Broken("the pack has no encoder/subject.onnx");

        var call = new HealthClient(host.Channel(host.Addresses.Health)).CheckAsync(new HealthCheckRequest());

        Assert.Equal("the pack has no encoder/subject.onnx", (await call.ResponseHeadersAsync).GetValue("x-cafe-health-reason"));
        await call;
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var host = await TestHost.Start();
        var client = new HealthClient(host.Channel(host.Addresses.Health));

        var error = await Assert.ThrowsAsync<RpcException>(() => Status(client, "cafe.v1.NoSuchService"));

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Watch_ServiceChangesAndStops_SendsEachAndEnds()
    {
        await using var host = await TestHost.Start(ready: false);
        using var watch = new HealthClient(host.Channel(host.Addresses.Health)).Watch(new HealthCheckRequest());
        var seen = new List<ServingStatus>();

        Assert.True(await watch.ResponseStream.MoveNext());
        seen.Add(watch.ResponseStream.Current.Status);
        host.Readiness.Ready();
        Assert.True(await watch.ResponseStream.MoveNext());
        seen.Add(watch.ResponseStream.Current.Status);
        var stop = host.Stop();
        await foreach (var answer in watch.ResponseStream.ReadAllAsync())
        {
            seen.Add(answer.Status);
        }

        await stop;
        Assert.Equal([ServingStatus.NotServing, ServingStatus.Serving, ServingStatus.NotServing], seen);
    }

    [Fact]
    public async Task Ready_AfterDraining_StaysDraining()
    {
        await using var host = await TestHost.Start();

        host.Readiness.Draining();
        host.Readiness.Ready();

        Assert.Equal(ReadinessState.Draining, host.Readiness.Status.State);
    }

    private static async Task<ServingStatus> Status(HealthClient client, string service) =>
        (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status;
}
