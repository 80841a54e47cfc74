using Cafe.Encoder.Pictures;
using Cafe.Testing;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cafe.Encoder.Tests.Scheduling;

/// <summary>Overload, deadlines, cancellation and the drain, through the service.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Encode_TenTimesTheCapacity_RefusesAtOnceWithADelayAndServesTheRest()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:QueueCapacity=4", "--Encoder:MaxBatch=2");
        encoder.Model.Hold();
        var calls = Enumerable.Range(0, 40).Select(seed => encoder.Client.EncodeAsync(TestPictures.Request(seed)).ResponseAsync).ToArray();

        // Refusals come while the model is stuck: nobody waits for a step to be refused.
        await encoder.Until(() => calls.Count(call => call.IsFaulted) >= 30);
        await encoder.Until(() => calls.Count(call => call.IsFaulted) + encoder.Scheduler.Waiting + encoder.Scheduler.Running == 40);
        var refused = calls.Where(call => call.IsFaulted).ToList();
        encoder.Model.Release();
        await Task.WhenAll(calls).ContinueWith(_ => { });

        Assert.All(refused, call =>
        {
            var error = Assert.IsType<RpcException>(call.Exception!.InnerException);
            Assert.Equal(Grpc.Core.StatusCode.ResourceExhausted, error.StatusCode);
            Assert.True(error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        });
        Assert.Equal(calls.Length - refused.Count, calls.Count(call => call.IsCompletedSuccessfully));
        Assert.InRange(calls.Length - refused.Count, 4, 10);
        await encoder.UntilIdle();
    }

    [Fact]
    public async Task Encode_DeadlinePassesInTheQueue_LeavesTheQueue()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.Hold();
        var running = encoder.Client.EncodeAsync(TestPictures.Request(1)).ResponseAsync;
        await encoder.Until(() => encoder.Model.Batches.Count == 1);
        var late = encoder.Client.EncodeAsync(TestPictures.Request(2), deadline: DateTime.UtcNow.AddSeconds(2)).ResponseAsync;
        await encoder.Until(() => encoder.Scheduler.Waiting == 1);

        var error = await Assert.ThrowsAsync<RpcException>(() => late);

        Assert.Equal(Grpc.Core.StatusCode.DeadlineExceeded, error.StatusCode);
        await encoder.Until(() => encoder.Scheduler.Waiting == 0);
        encoder.Model.Release();
        await running;
        Assert.Equal([1], encoder.Model.Batches);
    }

    [Fact]
    public async Task Encode_OneKeyFillsTheQueue_AnotherKeyGetsItsPlaces()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:QueueCapacity=4", "--Encoder:MaxBatch=1");
        encoder.Model.Hold();
        var running = Ask(encoder, 0, "greedy");
        await encoder.Until(() => encoder.Scheduler.Running == 1);
        var greedy = Enumerable.Range(1, 4).Select(seed => Ask(encoder, seed, "greedy")).ToList();
        await encoder.Until(() => encoder.Scheduler.Waiting == 4);

        var modest = Enumerable.Range(5, 2).Select(seed => Ask(encoder, seed, "modest")).ToList();
        await encoder.Until(() => greedy.Count(call => call.IsFaulted) == 2);
        var refused = await Assert.ThrowsAsync<RpcException>(() => Ask(encoder, 7, "modest"));

        Assert.Equal(Grpc.Core.StatusCode.ResourceExhausted, refused.StatusCode);
        encoder.Model.Release();
        await Task.WhenAll([running, .. modest, .. greedy.Where(call => !call.IsFaulted)]);
        await encoder.UntilIdle();
    }

    [Fact]
    public async Task EncodeText_BatchAndInteractiveWait_InteractiveGoesFirst()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:MaxBatch=1");
        encoder.Model.Hold();
        var running = Ask(encoder, 0);
        await encoder.Until(() => encoder.Scheduler.Running == 1);
        var batch = AskText(encoder, texts: 2, priority: Priority.Batch);
        await encoder.Until(() => encoder.Scheduler.Waiting == 1);
        var interactive = AskText(encoder, texts: 3);
        await encoder.Until(() => encoder.Scheduler.Waiting == 2);
        encoder.Model.Release();

        await Task.WhenAll(running, batch, interactive);

        Assert.Equal([1, 3, 2], encoder.Model.Batches);
        await encoder.UntilIdle();
    }

    [Fact]
    public async Task EncodeText_OneKeyFillsTheQueue_AnotherKeyGetsItsPlaces()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:QueueCapacity=4", "--Encoder:MaxBatch=1");
        encoder.Model.Hold();
        var running = AskText(encoder, texts: 1, "greedy");
        await encoder.Until(() => encoder.Scheduler.Running == 1);
        var greedy = Enumerable.Range(1, 4).Select(_ => AskText(encoder, texts: 1, "greedy")).ToList();
        await encoder.Until(() => encoder.Scheduler.Waiting == 4);

        var modest = Enumerable.Range(0, 2).Select(_ => AskText(encoder, texts: 1, "modest")).ToList();
        await encoder.Until(() => greedy.Count(call => call.IsFaulted) == 2 || modest.Any(call => call.IsFaulted));
        encoder.Model.Release();

        await Task.WhenAll([running, .. modest, .. greedy.Where(call => !call.IsFaulted)]);
        Assert.Equal(2, greedy.Count(call => call.IsFaulted));
        await encoder.UntilIdle();
    }

    [Fact]
    public async Task Encode_InteractiveCallerWaitsForABatchCallersPicture_ItIsNotDisplaced()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:QueueCapacity=1", "--Encoder:MaxBatch=1");
        encoder.Model.Hold();
        var running = Ask(encoder, 0);
        await encoder.Until(() => encoder.Scheduler.Running == 1);
        var batch = Ask(encoder, 1, priority: Priority.Batch);
        await encoder.Until(() => encoder.Scheduler.Waiting == 1);
        var interactive = Ask(encoder, 1);

        // Until it has joined, a newcomer would take the batch caller's place.
        await encoder.Until(() => encoder.Services.GetRequiredService<PictureEncoder>().Awaited == 3);
        var refused = await Assert.ThrowsAsync<RpcException>(() => Ask(encoder, 2));

        Assert.Equal(Grpc.Core.StatusCode.ResourceExhausted, refused.StatusCode);
        encoder.Model.Release();
        await Task.WhenAll(running, batch, interactive);
        await encoder.UntilIdle();
    }

    [Fact]
    public async Task Encode_CancelledAtRandomMoments_LeavesNothingBehind()
    {
        await using var encoder = await TestEncoder.Start();
        var random = new Random(7);

        for (var round = 0; round < Counts.Of(1000) / 10; round++)
        {
            var calls = Enumerable.Range(0, 10).Select(async i =>
            {
                using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(0, 40)));
                try
                {
                    await encoder.Client.EncodeAsync(TestPictures.Request(i % 3), cancellationToken: cancellation.Token);
                }
                catch (RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.Cancelled)
                {
                }
            });
            await Task.WhenAll(calls);
        }

        await encoder.UntilIdle();
        await encoder.Client.EncodeAsync(TestPictures.Request(1));
    }

    [Fact]
    public async Task Encode_OneOfTwoIdenticalCallersLeaves_TheOtherIsServed()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.Hold();
        using var leaving = new CancellationTokenSource();
        var first = encoder.Client.EncodeAsync(TestPictures.Request(1), cancellationToken: leaving.Token).ResponseAsync;
        await encoder.Until(() => encoder.Model.Batches.Count == 1);
        var second = encoder.Client.EncodeAsync(TestPictures.Request(1)).ResponseAsync;
        await encoder.Until(() => encoder.Services.GetService(typeof(Cafe.ServiceDefaults.Calls.ActiveCalls)) is Cafe.ServiceDefaults.Calls.ActiveCalls { Count: 2 });

        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => first);
        encoder.Model.Release();

        Assert.NotNull((await second).Embeddings[0].Tensor);
        await encoder.UntilIdle();
    }

    [Fact]
    public async Task Stop_CallsWaiting_FinishesThem()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.Hold();
        var calls = Enumerable.Range(0, 5).Select(seed => encoder.Client.EncodeAsync(TestPictures.Request(seed)).ResponseAsync).ToArray();
        await encoder.Until(() => encoder.Scheduler.Waiting + encoder.Scheduler.Running == 5);

        var stop = encoder.Stop();
        encoder.Model.Release();

        Assert.Equal(5, (await Task.WhenAll(calls)).Length);
        await stop;
    }

    [Fact]
    public async Task Encode_CallOfSeveralFails_LogSaysWhoseItWas()
    {
        var log = new LogLines();
        await using var encoder = await TestEncoder.Start(services => services.AddSingleton<ILoggerProvider>(log), "--Logging:LogLevel:Default=Warning");
        encoder.Model.Hold();
        var running = Ask(encoder, 0);
        await encoder.Until(() => encoder.Scheduler.Running == 1);
        var together = new[] { "request-one", "request-two" }
            .Select((id, i) => encoder.Client.EncodeAsync(TestPictures.Request(i + 1), new Metadata { { "x-request-id", id } }).ResponseAsync).ToList();
        await encoder.Until(() => encoder.Scheduler.Waiting == 2);
        encoder.Model.OnResult = (pictures, rows) => pictures.Count > 1 ? throw new InvalidOperationException("too many") : rows;
        encoder.Model.Release();
        await Task.WhenAll([running, .. together]);

        var line = Assert.Single(log.Lines, line => line.Contains("run one by one", StringComparison.Ordinal));
        Assert.Contains("request-one", line, StringComparison.Ordinal);
        Assert.Contains("request-two", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_Traced_BatchIsPartOfTheCallersTrace()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<System.Diagnostics.Activity>();
        const string trace = "11111111111111112222222222222222";
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "cafe.encoder",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        await using var encoder = await TestEncoder.Start();

        await encoder.Client.EncodeAsync(TestPictures.Request(1), new Metadata { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } });

        // The span of the call ends after its answer.
        await encoder.Until(() => spans.Count(span => span.TraceId.ToHexString() == trace) == 2);
        var names = spans.Where(span => span.TraceId.ToHexString() == trace).Select(span => span.OperationName).Order();
        Assert.Equal(["cafe.v1.EncoderService/Encode", "encode batch"], names);
    }

    private static Task<EncodeTextResponse> AskText(TestEncoder encoder, int texts, string tenant = "", Priority priority = Priority.Interactive)
    {
        var request = new EncodeTextRequest { Texts = { Enumerable.Repeat("a photo of a cat", texts) }, Tenant = tenant, Priority = priority };
        return encoder.Client.EncodeTextAsync(request, deadline: DateTime.UtcNow.AddMinutes(1)).ResponseAsync; // the model may be held
    }

    private static Task<EncodeResponse> Ask(TestEncoder encoder, int seed, string tenant = "", Priority priority = Priority.Interactive)
    {
        var request = TestPictures.Request(seed);
        (request.Tenant, request.Priority) = (tenant, priority);
        return encoder.Client.EncodeAsync(request, deadline: DateTime.UtcNow.AddMinutes(1)).ResponseAsync; // the model may be held
    }
}
