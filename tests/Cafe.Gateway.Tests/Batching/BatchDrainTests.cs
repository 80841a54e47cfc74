using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Batching;

/// <summary>A gateway goes down under a batch whose caller keeps its stream open.</summary>
public sealed class BatchDrainTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Stop_ItemsInTheWork_AreAnsweredBeforeTheStreamEndsUnavailable()
    {
        await using var system = await TestSystem.StartAsync(["Drain:TimeoutSeconds=600"]);
        var gate = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, _, _) => gate.Task;
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        var reading = ReadAsync(call);
        await SendAsync(call, "a", "b");
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 2));

        var stop = system.Gateway.StopAsync();
        await RefusesAsync(system);
        await SendAsync(call, "late");
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await stop.WaitAsync(Soon);

        var (answers, failure) = await reading;
        Assert.Equal(["a", "b"], answers.Where(answer => answer.Event?.Summary is not null).Select(answer => answer.Id).Order());
        Assert.DoesNotContain(answers, answer => answer.Error is not null);
        Assert.Equal(StatusCode.Unavailable, failure!.StatusCode);
        Assert.NotNull(failure.GetRpcStatus()!.GetDetail<RetryInfo>());
        Assert.Equal(2, system.Encoder.Requests.Count);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Stop_StreamIdle_EndsAtOnce(bool options, bool item)
    {
        await using var system = await TestSystem.StartAsync(["Drain:TimeoutSeconds=600"]);
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        var reading = ReadAsync(call);
        if (options)
        {
            await call.RequestStream.WriteAsync(new GenerateBatchRequest { Options = new BatchOptions { Window = 1 } });
        }

        if (item)
        {
            await SendAsync(call, "a");
        }

        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_rpc_running{method=\"/cafe.v1.GatewayService/GenerateBatch\"} 1"));
        await TestSystem.WaitForAsync(() => Task.FromResult(!item || system.Diffuser.Requests.Count == 1));
        await system.Gateway.StopAsync().WaitAsync(Soon);

        var (answers, failure) = await reading;
        Assert.Equal(StatusCode.Unavailable, failure!.StatusCode);
        Assert.Equal(item ? 1 : 0, answers.Count(answer => answer.Event?.Summary is not null));
    }

    [Fact]
    public async Task Stop_ItemsWaitForRoom_AreLeftToAnotherGateway()
    {
        await using var system = await TestSystem.StartAsync(["Drain:TimeoutSeconds=600", "Gateway:CallerLimits:RequestsPerMinute=2"]);
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        var reading = ReadAsync(call);
        await SendAsync(call, "a", "b", "c");
        await call.RequestStream.CompleteAsync();
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_rejected_total{reason=\"limit\"} 1"));

        await system.Gateway.StopAsync().WaitAsync(Soon);

        var (answers, failure) = await reading;
        Assert.Equal(StatusCode.Unavailable, failure!.StatusCode);
        Assert.Equal(2, answers.Count(answer => answer.Event?.Summary is not null));
        Assert.DoesNotContain(answers, answer => answer.Error is not null);
    }

    // The door is shut once a new call is refused; until then one gets in, and fails for having no text.
    private static async Task RefusesAsync(TestSystem system)
    {
        while ((await system.FailAsync(new GenerateRequest())).StatusCode != StatusCode.Unavailable)
        {
        }
    }

    private static async Task SendAsync(AsyncDuplexStreamingCall<GenerateBatchRequest, GenerateBatchResponse> call, params string[] ids)
    {
        foreach (var id in ids)
        {
            await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = new BatchItem { Id = id, Request = TestSystem.Request() } });
        }
    }

    private static async Task<(List<GenerateBatchResponse> Answers, RpcException? Failure)> ReadAsync(AsyncDuplexStreamingCall<GenerateBatchRequest, GenerateBatchResponse> call)
    {
        var answers = new List<GenerateBatchResponse>();
        try
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
            {
                answers.Add(answer);
            }

            return (answers, null);
        }
        catch (RpcException failure)
        {
            return (answers, failure);
        }
    }
}
