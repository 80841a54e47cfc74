using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults.Errors;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Status = Grpc.Core.Status;

namespace Cafe.Gateway.Tests.Stages;

/// <summary>Stages that are reached and say that they are healthy, yet fail.</summary>
public sealed class FailingStageTests
{
    private static readonly string[] NoBudget = ["Gateway:RetryBudget:Burst=0", "Gateway:RetryBudget:PerCall=0", "Gateway:RetryBudget:PerSecond=0"];

    [Theory]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.Unavailable)]
    public async Task Generate_RetryBudgetEmpty_StopsRetrying(StatusCode code)
    {
        await using var system = await TestSystem.StartAsync(
            ["Gateway:RetryBudget:Burst=2", "Gateway:RetryBudget:PerCall=0", "Gateway:RetryBudget:PerSecond=0", "Gateway:Stages:Encoder:MaxRetries=10"]);
        system.Encoder.Before = (_, _) => throw new RpcException(new Status(code, "not now"));

        await system.FailAsync(TestSystem.Request());

        Assert.Equal(3, system.Encoder.Requests.Count);
    }

    [Fact]
    public async Task Generate_StageAnswersUnavailableForEver_IsAskedAsOftenAsConfigured()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:MaxRetries=3"]);
        system.Encoder.Before = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "not now"));

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(4, system.Encoder.Requests.Count);
    }

    [Fact]
    public async Task Generate_EncoderFails_IsAskedOnceForAllWhoNeedTheEmbedding()
    {
        const int Calls = 40;
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:BreakerMinimumCalls=1000"]);
        system.Encoder.Before = (_, _) => throw new ModelFailureException("The encoder failed.").AsRpc();

        var failures = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => system.FailAsync(TestSystem.Request())));

        Assert.All(failures, failure => Assert.Equal(StatusCode.Internal, failure.StatusCode));
        Assert.Equal(Calls, system.Encoder.Requests.Count);
    }

    [Fact]
    public async Task Generate_StageIsFullForMostCalls_AllButTheFirstAreToldAtOnce()
    {
        const int Calls = 40, Burst = 8;
        var waits = TimeSpan.FromSeconds(50); // longer than WaitForAsync waits on the slowest machine
        await using var system = await TestSystem.StartAsync([$"Gateway:RetryBudget:Burst={Burst}", "Gateway:RetryBudget:PerSecond=0", "Gateway:Stages:Diffuser:RetryMaxSeconds=60"]);
        system.Diffuser.BeforeCall = (_, _) => throw TestSystem.Full(waits);
        using var stop = new CancellationTokenSource();

        var begun = TimeProvider.System.GetTimestamp();
        var calls = Enumerable.Range(0, Calls).Select(_ => system.FailAsync(TestSystem.Request(), new CallOptions(cancellationToken: stop.Token))).ToList();
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count >= Calls && calls.Count(call => call.IsCompleted) >= Calls - Burst));

        // Those that wait are waiting still, and nobody was asked a second time.
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < waits);
        Assert.Equal(Calls, system.Diffuser.Requests.Count);
        Assert.All(calls.Where(call => call.IsCompleted), call => Assert.Equal(StatusCode.ResourceExhausted, call.Result.StatusCode));
        await stop.CancelAsync();
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task Generate_StageIsFullNowAndThen_IsWaitedFor()
    {
        const int Calls = 40;
        await using var system = await TestSystem.StartAsync(["Gateway:RetryBudget:Burst=2", "Gateway:RetryBudget:PerSecond=0"]);
        system.Diffuser.BeforeCall = (call, _) => call % 8 == 1 ? throw TestSystem.Full(TimeSpan.FromMilliseconds(1)) : Task.CompletedTask;

        for (var i = 0; i < Calls; i++)
        {
            Assert.Single((await system.GenerateAsync(TestSystem.Request())).Images());
        }
    }

    [Fact]
    public async Task Generate_ProcessDiesWhileOthersServe_IsTriedOnceMoreWithoutBudget()
    {
        await using var system = await TestSystem.StartAsync(NoBudget);
        system.Encoder.Before = (call, context) => call == 1 ? DieAsync(context) : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Single(events.Images());
        Assert.Equal(2, system.Encoder.Requests.Count);
    }

    [Fact]
    public async Task Generate_ProcessesDieOneAfterTheOther_EndsWithTheBudget()
    {
        await using var system = await TestSystem.StartAsync(NoBudget);
        system.Encoder.Before = (_, context) => DieAsync(context);

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(2, system.Encoder.Requests.Count);
    }

    [Fact]
    public async Task Generate_ProcessesRefuseBecauseTheyEnd_AreFreeToAskAgain()
    {
        await using var system = await TestSystem.StartAsync(NoBudget);
        system.Encoder.Before = (call, _) => call <= 4 ? throw new NotReadyException("Shutting down.", TimeSpan.FromMilliseconds(1)).AsRpc() : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Single(events.Images());
        Assert.Equal(4, events.Summary().Retries);
    }

    [Fact]
    public async Task Generate_BreakerOpen_RefusesAtOnceUntilTheStageWorksAgain()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:BreakerMinimumCalls=3", "Gateway:Stages:Encoder:BreakerOpenSeconds=1"]);
        system.Encoder.Before = (call, _) => call <= 3 ? throw new ModelFailureException("The encoder failed.").AsRpc() : Task.CompletedTask;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(StatusCode.Internal, (await system.FailAsync(TestSystem.Request())).StatusCode);
        }

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.InRange(failure.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().TotalSeconds, 0.001, 1);
        Assert.Equal(3, system.Encoder.Requests.Count);
        Assert.Contains("cafe_gateway_breaker_state{stage=\"encoder\"} 1", await system.MetricsAsync());

        await Task.Delay(TimeSpan.FromSeconds(1.1));
        Assert.Single((await system.GenerateAsync(TestSystem.Request())).Images());
        Assert.Contains("cafe_gateway_breaker_state{stage=\"encoder\"} 0", await system.MetricsAsync());
    }

    [Fact]
    public async Task Generate_BreakerOpensUnderACall_TheCallWaitsForIt()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:BreakerMinimumCalls=2", "Gateway:Stages:Encoder:BreakerOpenSeconds=0.5"]);
        system.Encoder.Before = (call, _) => call <= 2 ? throw new RpcException(new Status(StatusCode.Unavailable, "not now")) : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Single(events.Images());
        Assert.Equal(3, system.Encoder.Requests.Count);
    }

    [Fact]
    public async Task Generate_ProcessesDieUnderManyCalls_TheBreakerStaysClosed()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:BreakerMinimumCalls=2"]);
        system.Encoder.Before = (call, context) => call % 2 == 1 ? DieAsync(context) : Task.CompletedTask;

        for (var i = 0; i < 5; i++)
        {
            Assert.Single((await system.GenerateAsync(TestSystem.Request())).Images());
        }

        Assert.Equal(10, system.Encoder.Requests.Count);
    }

    // The connection is cut; the next attempt finds another one.
    private static async Task DieAsync(ServerCallContext context)
    {
        context.GetHttpContext().Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }
}
