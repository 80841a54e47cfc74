using System.Collections.Concurrent;
using System.Diagnostics;
using Cafe.V1;
using Grpc.Core;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Cafe.ServiceDefaults.Tests.Telemetry;

public sealed class TracingTests
{
    [Fact]
    public async Task Call_TraceparentSent_SpanContinuesIt()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "cafe.traced",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await TestHost.Start("traced");
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        await host.Client.EncodeAsync(new EncodeRequest(), new Metadata { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } });

        var span = Assert.Single(spans);
        Assert.Equal(trace, span.TraceId.ToHexString());
        Assert.Equal("00f067aa0ba902b7", span.ParentSpanId.ToHexString());
        Assert.Equal("cafe.v1.EncoderService/Encode", span.OperationName);
        Assert.Equal(0, span.GetTagItem("rpc.grpc.status_code"));
    }

    [Fact]
    public async Task Call_NoTraceparentSent_IsATraceOfItsOwnThatTheSamplerTakes()
    {
        using var recorded = new RecordedSpans();
        using var provider = Sdk.CreateTracerProviderBuilder().AddSource("cafe.sampled").SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(1))).AddProcessor(recorded).Build();
        await using var host = await TestHost.Start("sampled");

        await host.Client.EncodeAsync(new EncodeRequest());

        var span = Assert.Single(recorded.Spans);
        Assert.True(span.Recorded);
        Assert.Equal(default, span.ParentSpanId);
    }

    private sealed class RecordedSpans : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Spans { get; } = [];

        public override void OnEnd(Activity data) => Spans.Enqueue(data);
    }
}
