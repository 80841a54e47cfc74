using System.Collections.Concurrent;
using System.Diagnostics;
using Cafe.Cli.Embedded;
using Cafe.Testing.Processes;
using Cafe.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cafe.EndToEnd.Contract;

/// <summary>One call is one trace, from the gateway to the steps of every stage.</summary>
public sealed class TracingTests(TinyPack pack)
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", Caller = "00f067aa0ba902b7", Root = "cafe.v1.GatewayService/Generate";
    private const int Steps = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Generate_Traced_EveryStepLeadsBackToTheCaller()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("cafe.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId.ToHexString() == Trace)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack.Folder }, Cancel);
        using var channel = GrpcChannel.ForAddress(system.Gateway);
        var metadata = new Metadata { { "traceparent", $"00-{Trace}-{Caller}-01" } };
        using (var call = new GatewayService.GatewayServiceClient(channel).Generate(Asking.Request(1, Steps), metadata, cancellationToken: Cancel))
        {
            await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel);
        }

        // The spans of calls end after their answers.
        await Asking.UntilAsync(() => Task.FromResult(spans.Any(span => span.OperationName == Root)), "the end of the gateway's span", Cancel);
        var known = spans.ToDictionary(span => span.SpanId);

        Assert.Equal([$"encode batch < cafe.v1.EncoderService/Encode < call encoder < generate < {Root} < {Caller}"], Paths("encode batch").Distinct());
        foreach (var part in new[] { "assistant.queue", "assistant.prefill", "assistant.step" })
        {
            Assert.Equal([$"{part} < cafe.v1.AssistantService/Respond < call assistant < generate < {Root} < {Caller}"], Paths(part).Distinct());
        }

        Assert.Equal(Enumerable.Repeat($"diffuser.step < cafe.v1.DiffuserService/Generate < call diffuser < generate < {Root} < {Caller}", Steps), Paths("diffuser.step"));

        List<string> Paths(string name) => [.. spans.Where(span => span.OperationName == name).Select(Path)];

        string Path(Activity span) =>
            $"{span.OperationName} < {(known.TryGetValue(span.ParentSpanId, out var parent) ? Path(parent) : span.ParentSpanId.ToHexString())}";
    }
}
