using Cafe.ServiceDefaults.Calls;
using Cafe.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.ServiceDefaults.Tests.Draining;

public sealed class DrainServiceTests
{
    [Fact]
    public async Task Stop_CallRunning_FinishesItAndRefusesNewOnes()
    {
        await using var host = await TestHost.Start();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Service.OnCall = async _ =>
        {
            entered.TrySetResult();
            await release.Task;
        };
        var client = host.Client;
        var running = client.EncodeAsync(new EncodeRequest()).ResponseAsync;
        await entered.Task;

        var stop = host.Stop();
        RpcException refused;
        do
        {
            // Until the drain has closed the door a call may still get in; it then waits, so it carries a deadline.
            refused = await Assert.ThrowsAsync<RpcException>(async () =>
                await client.EncodeAsync(new EncodeRequest(), deadline: DateTime.UtcNow.AddSeconds(1)));
        }
        while (refused.StatusCode == StatusCode.DeadlineExceeded);
        Assert.False(stop.IsCompleted);
        release.SetResult();
        await running;
        await stop;

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal(0, host.Services.GetRequiredService<ActiveCalls>().Count);
    }

    [Fact]
    public async Task Stop_WhileAnnouncing_SaysNotReadyAndStillServes()
    {
        await using var host = await TestHost.Start(settings: "--Drain:AnnounceSeconds=60");
        var client = host.Client;
        var health = new Grpc.Health.V1.Health.HealthClient(host.Channel(host.Addresses.Health));
        using var impatient = new CancellationTokenSource();

        var stop = host.Stop(impatient.Token);
        var status = await health.CheckAsync(new Grpc.Health.V1.HealthCheckRequest());
        await client.EncodeAsync(new EncodeRequest());
        await impatient.CancelAsync();
        await stop;

        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.NotServing, status.Status);
    }

    [Fact]
    public async Task Stop_CallOutlastsTheTimeout_IsCutOffAsUnavailable()
    {
        await using var host = await TestHost.Start(settings: "--Drain:TimeoutSeconds=0.2");
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Service.OnCall = async context =>
        {
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        var running = host.Client.EncodeAsync(new EncodeRequest()).ResponseAsync;
        await entered.Task;

        await host.Stop();

        await cancelled.Task;
        var error = await Assert.ThrowsAsync<RpcException>(() => running);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }
}
