using Cafe.Gateway.Tests.Fakes;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Pipeline;

/// <summary>A stage breaks off in the middle and comes back with the same pack, run in another way.</summary>
public sealed class ProvenanceTests
{
    [Theory]
    [InlineData("cuda", "fp32")]
    [InlineData("cpu", "fp16")]
    public async Task Generate_AssistantContinuesInAnotherWay_FailsClearly(string provider, string precision)
    {
        await using var system = await TestSystem.StartAsync();
        system.Assistant.BeforeToken = (call, position, _) =>
        {
            if (call == 1 && position == 3)
            {
                (system.Assistant.Provider, system.Assistant.Precision) = (provider, precision);
                throw Leaving();
            }

            return Task.CompletedTask;
        };

        AssertChanged(await system.FailAsync(TestSystem.Request()), provider, precision);
    }

    [Theory]
    [InlineData("cuda", "fp32")]
    [InlineData("cpu", "fp16")]
    public async Task Generate_DiffuserContinuesInAnotherWay_FailsClearly(string provider, string precision)
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeStep = (call, step, _) =>
        {
            if (call == 1 && step == 3)
            {
                (system.Diffuser.Provider, system.Diffuser.Precision) = (provider, precision);
                throw Leaving();
            }

            return Task.CompletedTask;
        };

        AssertChanged(await system.FailAsync(TestSystem.Request()), provider, precision);
    }

    [Fact]
    public async Task Generate_DiffuserChangesBeforeItsFirstStep_Draws()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeStep = (call, step, _) =>
        {
            if (call == 1)
            {
                system.Diffuser.Provider = "cuda";
                throw Leaving();
            }

            return Task.CompletedTask;
        };

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal("cuda", events.Images().Single().Provenance.Provider);
    }

    private static RpcException Leaving() => new(new Grpc.Core.Status(StatusCode.Unavailable, "going down"));

    private static void AssertChanged(RpcException failure, string provider, string precision)
    {
        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Assert.Equal("PACK_CHANGED", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.EndsWith($"{precision}) on {provider}. Call again.", failure.Status.Detail);
    }
}
