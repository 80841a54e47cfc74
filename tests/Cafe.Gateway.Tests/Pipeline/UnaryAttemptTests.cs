using Cafe.Gateway.Tests.Fakes;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Pipeline;

/// <summary>Calls without a stream, which the encoder's are: attempts that take too long are given up, or raced.</summary>
public sealed class UnaryAttemptTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Generate_EncoderHangs_TheAttemptIsGivenUpAndMadeAgain()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:AttemptTimeoutSeconds=1"]);
        var givenUp = Hang(system, call => call == 1);

        var events = await system.GenerateAsync(TestSystem.Request());

        await givenUp.WaitAsync(Soon);
        Assert.Single(events.Images());
        Assert.Equal((2, 1), (system.Encoder.Requests.Count, events.Summary().Retries));
        Assert.Contains("cafe_gateway_retries_total{stage=\"encoder\"} 1", await system.MetricsAsync());
    }

    [Fact]
    public async Task Generate_EncoderHangsEveryTime_IsUnavailable()
    {
        await using var system = await TestSystem.StartAsync(
            ["Gateway:Stages:Encoder:AttemptTimeoutSeconds=1", "Gateway:Stages:Encoder:MaxRetries=1", "Gateway:Stages:Encoder:RetryMaxSeconds=0.02"]);
        _ = Hang(system, _ => true);

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains("encoder", failure.Status.Detail);
        Assert.Equal(2, system.Encoder.Requests.Count);
        Assert.Contains("cafe_gateway_retries_total{stage=\"encoder\"} 1", await system.MetricsAsync());
    }

    [Fact]
    public async Task Generate_EncoderHangsAndIsHedged_TheSecondAnswerCountsAndTheFirstAttemptEnds()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:HedgeAfterSeconds=0.2"]);
        var givenUp = Hang(system, call => call == 1);

        var events = await system.GenerateAsync(TestSystem.Request());

        await givenUp.WaitAsync(Soon);
        Assert.Single(events.Images());
        Assert.Equal((2, 0), (system.Encoder.Requests.Count, events.Summary().Retries));
        Assert.Contains("cafe_gateway_hedges_total{stage=\"encoder\"} 1", await system.MetricsAsync());
    }

    [Fact]
    public async Task Generate_EncoderAnswersInTime_IsNotHedged()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:HedgeAfterSeconds=20"]);

        await system.GenerateAsync(TestSystem.Request());

        Assert.Single(system.Encoder.Requests);
        Assert.Contains("cafe_gateway_hedges_total{stage=\"encoder\"} 0", await system.MetricsAsync());
    }

    [Fact]
    public async Task Generate_HedgedEncoderFails_IsRetriedInsteadOfRaced()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Encoder:HedgeAfterSeconds=20"]);
        system.Encoder.Before = (call, _) => call == 1 ? throw new RpcException(new Status(StatusCode.Unavailable, "not now")) : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal((2, 1), (system.Encoder.Requests.Count, events.Summary().Retries));
        Assert.Contains("cafe_gateway_hedges_total{stage=\"encoder\"} 0", await system.MetricsAsync());
    }

    // The calls that hang end when the gateway gives them up; the task tells of the first.
    private static Task Hang(TestSystem system, Func<int, bool> hangs)
    {
        var givenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Encoder.Before = async (call, context) =>
        {
            if (hangs(call))
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                givenUp.TrySetResult();
                context.CancellationToken.ThrowIfCancellationRequested();
            }
        };
        return givenUp.Task;
    }
}
