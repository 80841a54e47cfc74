using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.ServiceDefaults.Tests.Calls;

public sealed class CallInterceptorTests
{
    [Fact]
    public async Task Call_InvalidRequest_NamesTheField()
    {
        await using var host = await TestHost.Start();
        host.Service.OnCall = _ => throw new InvalidRequestException("image.data", "at most 20 bytes, got 21");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.EncodeAsync(new EncodeRequest()));

        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("image.data: at most 20 bytes, got 21", error.Status.Detail);
        var status = error.GetRpcStatus()!;
        var violation = Assert.Single(status.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal(("image.data", "at most 20 bytes, got 21"), (violation.Field, violation.Description));
        Assert.Equal(ErrorReasons.InvalidRequest, status.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Call_Overloaded_CarriesRetryInfo()
    {
        await using var host = await TestHost.Start();
        host.Service.OnCall = _ => throw new OverloadedException("The queue holds 8 of 8.", TimeSpan.FromMilliseconds(1500));

        var error = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.EncodeAsync(new EncodeRequest()));

        Assert.Equal(Grpc.Core.StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal(1.5, error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().TotalSeconds);
    }

    [Fact]
    public async Task Call_UnexpectedException_TellsNothingButTheRequestId()
    {
        await using var host = await TestHost.Start();
        host.Service.OnCall = _ => throw new InvalidOperationException("secret path");

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Client.EncodeAsync(new EncodeRequest(), new Metadata { { RequestIds.Header, "abc-1" } }));

        Assert.Equal(Grpc.Core.StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("secret", error.Status.Detail);
        Assert.Contains("abc-1", error.Status.Detail);
        Assert.Equal("abc-1", error.GetRpcStatus()!.GetDetail<RequestInfo>()!.RequestId);
    }

    [Fact]
    public async Task Call_DeadlinePasses_IsDeadlineExceeded()
    {
        await using var host = await TestHost.Start();
        host.Service.OnCall = context => Task.Delay(Timeout.Infinite, context.CancellationToken);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Client.EncodeAsync(new EncodeRequest(), deadline: DateTime.UtcNow.AddMilliseconds(150)));

        Assert.Equal(Grpc.Core.StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Stream_FailsInMidStream_EndsWithTheStatus()
    {
        await using var host = await TestHost.Start();
        var items = 0;
        host.Service.OnCall = _ => ++items < 3 ? Task.CompletedTask : throw new StaleReferenceException("subject.reference", "aa", "bb");
        using var call = host.Client.EncodeStream();
        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = $"{i}" });
        }

        var received = 0;
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync())
            {
                received++;
            }
        });

        Assert.Equal(2, received);
        Assert.Equal(Grpc.Core.StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal(ErrorReasons.StaleReference, error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Call_RequestIdSent_IsRepeatedAndSeen()
    {
        await using var host = await TestHost.Start();
        string? seen = null;
        host.Service.OnCall = context =>
        {
            seen = context.RequestId();
            return Task.CompletedTask;
        };

        var call = host.Client.EncodeAsync(new EncodeRequest(), new Metadata { { RequestIds.Header, "client.7" } });
        var headers = await call.ResponseHeadersAsync;
        await call;

        Assert.Equal("client.7", seen);
        Assert.Equal("client.7", headers.GetValue(RequestIds.Header));
    }

    [Fact]
    public async Task Current_TwoCallsAtOnce_IsEachOnesOwnInTheWorkThatItBegan()
    {
        await using var host = await TestHost.Start();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var both = new TaskCompletionSource();
        host.Service.OnCall = async context =>
        {
            if (seen.Count == 1)
            {
                both.SetResult();
            }

            seen[context.RequestId()] = "";
            await both.Task;
            seen[context.RequestId()] = await Task.Run(() => RequestIds.Current);
        };

        var first = host.Client.EncodeAsync(new EncodeRequest(), new Metadata { { RequestIds.Header, "one" } });
        while (seen.IsEmpty)
        {
            await Task.Delay(5);
        }

        await host.Client.EncodeAsync(new EncodeRequest(), new Metadata { { RequestIds.Header, "two" } });
        await first;

        Assert.Equal(("one", "two", ""), (seen["one"], seen["two"], RequestIds.Current));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("{injected}")]
    public void Accept_MalformedId_IsReplaced(string? sent)
    {
        var id = RequestIds.Accept(sent);

        Assert.NotEqual(sent, id);
        Assert.Equal(32, id.Length);
    }

    [Fact]
    public async Task Call_MessageOverTheLimit_IsResourceExhausted()
    {
        await using var host = await TestHost.Start(settings: "--Listen:MaxReceiveMessageBytes=65536");
        var request = new EncodeRequest { Image = new Image { Data = Google.Protobuf.ByteString.CopyFrom(new byte[70_000]) } };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.EncodeAsync(request));
        await host.Client.EncodeAsync(new EncodeRequest());

        Assert.Equal(Grpc.Core.StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Call_WhileStarting_IsUnavailableWithTheReason()
    {
        await using var host = await TestHost.Start(ready: false);
        host.Readiness.Starting("warming up");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await host.Client.EncodeAsync(new EncodeRequest()));

        Assert.Equal(Grpc.Core.StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("warming up", error.Status.Detail);
        Assert.NotNull(error.GetRpcStatus()!.GetDetail<RetryInfo>());
    }
}
