using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;
using Kind = Cafe.V1.GenerateResponse.EventOneofCase;

namespace Cafe.Gateway.Tests.Idempotency;

/// <summary>A gateway takes keyed work over whose beginning another one showed, and its stages serve something else.</summary>
public sealed class TakeOverTests
{
    public static TheoryData<string, Action<TestSystem>> Changes => new()
    {
        { "assistant", system => system.Assistant.Fingerprint = "assistant-2" },
        { "assistant", system => system.Assistant.Provider = "cuda" },
        { "assistant", system => system.Assistant.Precision = "fp16" },
        { "diffuser", system => system.Diffuser.Fingerprint = "diffuser-2" },
        { "diffuser", system => system.Diffuser.Provider = "cuda" },
        { "diffuser", system => system.Diffuser.Precision = "fp16" },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task Generate_OwnerDiesAndAnotherPartTakesOver_FailsInsteadOfMixingTheTwo(string stage, Action<TestSystem> change)
    {
        await using var system = await TestSystem.StartAsync();
        var survivor = await system.AddGatewayAsync();
        system.Diffuser.BeforeStep = (call, step, context) => call == 1 && step == 3 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;
        var (told, events) = (new TaskCompletionSource(), new List<GenerateResponse>());
        var first = system.GenerateAsync(Keyed());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        var second = system.GenerateAsync(Keyed(), client: survivor, seen: what =>
        {
            events.Add(what);
            if (events.Has(Kind.Text) && events.Has(Kind.Progress))
            {
                told.TrySetResult();
            }
        });
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));

        change(system);
        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<RpcException>(() => first);
        var failure = await Assert.ThrowsAsync<RpcException>(() => second);

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Assert.Equal("PACK_CHANGED", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Contains(stage, failure.Status.Detail);
        Assert.Empty(events.Images());

        // Who has seen the failure may call again with the same key: it is all made anew.
        var again = await system.GenerateAsync(Keyed(), client: survivor);
        Assert.Equal(ScriptedAssistant.Reply(3, 8), again.Text());
        Assert.Equal(ScriptedDiffuser.Picture(7), again.Images().Single().Data.ToByteArray());
    }

    [Fact]
    public async Task Generate_OwnerDiesBeforeAnythingOfAStageWasTold_AnotherPartMayBegin()
    {
        await using var system = await TestSystem.StartAsync();
        var survivor = await system.AddGatewayAsync();
        system.Assistant.BeforeToken = (call, _, context) => call == 1 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;
        var told = new TaskCompletionSource();
        var first = system.GenerateAsync(Keyed());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Assistant.Requests.Count == 1));
        var second = system.GenerateAsync(Keyed(), client: survivor, seen: _ => told.TrySetResult());
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));

        system.Assistant.Fingerprint = "assistant-2";
        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<RpcException>(() => first);
        var events = await second;

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Equal("assistant-2", events.Summary().Timings.Single(timing => timing.Stage == Stage.Assistant).Provenance.PartFingerprint);
    }

    [Fact]
    public async Task Generate_OwnerDiesAndTheStoreToo_FailsInsteadOfMixingTheTwo()
    {
        await using var system = await TestSystem.StartAsync();
        var survivor = await system.AddGatewayAsync();
        system.Diffuser.BeforeStep = (call, step, context) => call == 1 && step == 3 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;
        var told = new TaskCompletionSource();
        var first = system.GenerateAsync(Keyed());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));
        var second = system.GenerateAsync(Keyed(), client: survivor, seen: what =>
        {
            if (what.EventCase == Kind.Text)
            {
                told.TrySetResult();
            }
        });
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));

        system.Assistant.Provider = "cuda";
        system.Store.Down = true;
        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<RpcException>(() => first);
        var failure = await Assert.ThrowsAsync<RpcException>(() => second);

        Assert.Equal("PACK_CHANGED", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    private static GenerateRequest Keyed()
    {
        var request = TestSystem.Request();
        request.IdempotencyKey = "key-1";
        return request;
    }
}
