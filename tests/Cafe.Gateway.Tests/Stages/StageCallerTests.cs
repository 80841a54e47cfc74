using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cafe.Gateway.Configuration;
using Cafe.Gateway.Stages;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Status = Grpc.Core.Status;

namespace Cafe.Gateway.Tests.Stages;

public sealed class StageCallerTests : IDisposable
{
    private static readonly RpcException StreamGone = new(new Status(StatusCode.Unavailable, "Error reading next message.", new IOException("The request was aborted.")));
    private readonly FakeTimeProvider _time = new();
    private readonly ActivitySource _traces = new("test");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly GrpcChannel _nowhere = GrpcChannel.ForAddress("http://127.0.0.1:1");
    private readonly StageCaller _caller;

    public StageCallerTests() => _caller = new StageCaller(
        Stage.Diffuser, _nowhere.CreateCallInvoker(), new StageOptions { BreakerMinimumCalls = 2 }, new GatewayOptions(),
        new GatewayMetrics(new CafeMetrics(_services.GetRequiredService<IMeterFactory>())), _traces, _time, NullLogger.Instance);

    public void Dispose()
    {
        _nowhere.Dispose();
        _services.Dispose();
        _traces.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Stream_GoneAtTheDeadline_IsTheDeadlinesEndAndNoFaultOfTheStage()
    {
        var cancel = TestContext.Current.CancellationToken;
        for (var call = 0; call < 10; call++)
        {
            var (context, attempts) = (new CallContext("r", _time.GetUtcNow().AddSeconds(1)), 0);

            var failure = await Assert.ThrowsAsync<RpcException>(() => _caller.StreamAsync<string>(context, (_, _) =>
            {
                attempts++;
                _time.Advance(TimeSpan.FromSeconds(1));
                throw StreamGone;
            }, cancel));

            Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
            Assert.Equal(1, attempts);
        }

        Assert.Equal("answer", await _caller.StreamAsync(new CallContext("r", _time.GetUtcNow().AddSeconds(1)), (_, _) => Task.FromResult("answer"), cancel));
    }
}
