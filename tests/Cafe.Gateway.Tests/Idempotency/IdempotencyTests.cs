using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;
using Kind = Cafe.V1.GenerateResponse.EventOneofCase;

namespace Cafe.Gateway.Tests.Idempotency;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Generate_SameKeyAfterwards_RepeatsTheOutcome()
    {
        await using var system = await TestSystem.StartAsync();

        var first = await system.GenerateAsync(Keyed());
        var second = await system.GenerateAsync(Keyed());

        Assert.Single(system.Diffuser.Requests);
        Assert.Equal(first.Text(), second.Text());
        Assert.Equal(first.Images(), second.Images());
        Assert.Equal(first.Summary(), second.Summary());
        Assert.Empty(second.Summary().Degraded);
    }

    [Fact]
    public async Task Generate_SameKeyMeanwhile_AttachesToTheWork()
    {
        await using var system = await TestSystem.StartAsync();
        var attached = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, step, _) => step == 3 ? attached.Task : Task.CompletedTask;

        var first = system.GenerateAsync(Keyed());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        var second = system.GenerateAsync(Keyed(), seen: what => Release(what, attached));

        Assert.Equal((await first).Text(), (await second).Text());
        Assert.Equal((await first).Images(), (await second).Images());
        Assert.Single(system.Diffuser.Requests);
    }

    [Fact]
    public async Task Generate_CallerLostAndBack_FindsItsWorkGoingOn()
    {
        await using var system = await TestSystem.StartAsync();
        var back = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, step, _) => step == 3 ? back.Task : Task.CompletedTask;
        using (var lost = system.Client.Generate(Keyed()))
        {
            while (await lost.ResponseStream.MoveNext() && lost.ResponseStream.Current.EventCase != Kind.Progress)
            {
            }
        }

        var events = await system.GenerateAsync(Keyed(), seen: what => Release(what, back));

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Single(events.Images());
        Assert.Single(system.Assistant.Requests);
        Assert.Single(system.Diffuser.Requests);
    }

    [Fact]
    public async Task Generate_NobodyComesBack_TheWorkStops()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Idempotency:DetachedSeconds=0.2"]);
        var stopped = new TaskCompletionSource();
        system.Diffuser.BeforeStep = async (_, _, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped.TrySetResult();
        };
        using (system.Client.Generate(Keyed()))
        {
            await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        }

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("Gateway:MaxActive=1")]
    [InlineData("Gateway:CallerLimits:MaxConcurrent=1")]
    public async Task Generate_CallerGone_TheWorkKeepsItsSlotUntilItEnds(string limit)
    {
        await using var system = await TestSystem.StartAsync([limit]);
        var gate = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, _, _) => gate.Task;
        using (system.Client.Generate(Keyed()))
        {
            await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        }

        // Whoever leaves and comes with new keys gets no further than with one key.
        var another = Keyed();
        another.IdempotencyKey = "key-2";
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(StatusCode.ResourceExhausted, (await system.FailAsync(another)).StatusCode);
            await Task.Delay(10);
        }

        // The work's own caller needs no second slot to come back.
        var events = await system.GenerateAsync(Keyed(), seen: what => Release(what, gate));

        Assert.Single(events.Images());
        Assert.Single(system.Diffuser.Requests);
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_in_flight 0"));
        Assert.Single((await system.GenerateAsync(another)).Images());
    }

    [Fact]
    public async Task Generate_CallersDeadlinePassed_TheWorkStopsAfterTheGrace()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Idempotency:DetachedSeconds=0.2"]);
        var stopped = new TaskCompletionSource();
        system.Diffuser.BeforeStep = async (_, _, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped.TrySetResult();
        };

        var failure = await system.FailAsync(Keyed(), new CallOptions(deadline: DateTime.UtcNow.AddSeconds(2)));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_in_flight 0"));
    }

    [Theory]
    [InlineData(1 << 20, 1)]
    [InlineData(0, 2)]
    public async Task Generate_StoreDownAndSameKeyAfterwards_RepeatsWhatThereIsRoomFor(int bytes, int drawings)
    {
        await using var system = await TestSystem.StartAsync([$"Gateway:Idempotency:MaxRetainedBytes={bytes}", "Gateway:MaxActive=1"]);
        system.Store.Down = true;
        var first = await system.GenerateAsync(Keyed());
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_in_flight 0"));

        var second = await system.GenerateAsync(Keyed());

        Assert.Equal(first.Images(), second.Images());
        Assert.Equal(drawings, system.Diffuser.Requests.Count);
    }

    [Fact]
    public async Task Generate_KeyWithAnotherRequest_IsRefused()
    {
        await using var system = await TestSystem.StartAsync();
        await system.GenerateAsync(Keyed());
        var other = Keyed();
        other.Text = "something else";

        var failure = await system.FailAsync(other);

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal("idempotency_key", failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task Generate_KeyAtAnotherGateway_FollowsTheWorkThere()
    {
        await using var system = await TestSystem.StartAsync();
        var other = await system.AddGatewayAsync();
        var followed = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, step, _) => step == 3 ? followed.Task : Task.CompletedTask;

        var first = system.GenerateAsync(Keyed());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        var second = system.GenerateAsync(Keyed(), seen: what => Release(what, followed), client: other);

        Assert.Equal((await first).Text(), (await second).Text());
        Assert.Equal((await first).Images(), (await second).Images());
        Assert.Single(system.Diffuser.Requests);
    }

    [Fact]
    public async Task Generate_OwnerDies_AnotherGatewayTakesOverWithTheSameSeeds()
    {
        await using var system = await TestSystem.StartAsync();
        var survivor = await system.AddGatewayAsync();
        system.Diffuser.BeforeStep = (call, step, context) => call == 1 && step == 3 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;
        var request = Keyed();
        request.Options = null; // seeds are the gateway's to draw
        request.TextOptions = null;
        var first = system.GenerateAsync(request);
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        var second = system.GenerateAsync(request, client: survivor);

        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<RpcException>(() => first);
        var events = await second;

        var seeds = system.Diffuser.Requests.Select(draw => draw.Options.Seed).Distinct().ToList();
        Assert.Single(seeds);
        Assert.Single(system.Assistant.Requests.Select(respond => respond.Options.Seed).Distinct());
        Assert.Equal(ScriptedDiffuser.Picture(seeds[0]), events.Images().Single().Data.ToByteArray());
        Assert.Equal(events.Summary().Reply, events.Text());
    }

    [Fact]
    public async Task Generate_StoreDown_WorksAndSaysSo()
    {
        await using var system = await TestSystem.StartAsync();
        system.Store.Down = true;

        var events = await system.GenerateAsync(Keyed());

        Assert.Single(events.Images());
        Assert.Contains(events.Summary().Degraded, reason => reason.StartsWith("idempotency_key"));
    }

    [Fact]
    public async Task Generate_OutcomeTooLarge_WorksAndSaysSo()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Idempotency:MaxOutcomeBytes=1024"]);
        system.Diffuser.PictureBytes = 4096;

        var events = await system.GenerateAsync(Keyed());

        Assert.Contains(events.Summary().Degraded, reason => reason.Contains("too large"));
    }

    [Fact]
    public async Task Generate_WorkFailed_TheSameKeyTriesAgain()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (call, _) => call == 1 ? throw new RpcException(new Grpc.Core.Status(StatusCode.DataLoss, "no")) : Task.CompletedTask;
        await system.FailAsync(Keyed());

        var events = await system.GenerateAsync(Keyed());

        Assert.Single(events.Images());
    }

    private static void Release(GenerateResponse what, TaskCompletionSource gate)
    {
        if (what.EventCase is Kind.Text or Kind.Progress)
        {
            gate.TrySetResult();
        }
    }

    private static GenerateRequest Keyed()
    {
        var request = TestSystem.Request();
        request.IdempotencyKey = "key-1";
        request.Tags["a"] = "1";
        request.Tags["b"] = "2";
        return request;
    }
}
