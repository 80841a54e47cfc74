using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Batching;

public sealed class BatchTests
{
    [Fact]
    public async Task GenerateBatch_SomeItemsBad_FailAloneByName()
    {
        await using var system = await TestSystem.StartAsync();
        var items = Enumerable.Range(0, 20).Select(i => new BatchItem
        {
            Id = $"item-{i}",
            Request = TestSystem.Request(text: i % 5 == 4 ? "" : "a beach", seed: (ulong)i),
        });

        var answers = await RunAsync(system, items);

        Assert.Equal(16, answers.Count(answer => answer.Event?.EventCase == GenerateResponse.EventOneofCase.Summary));
        var errors = answers.Where(answer => answer.Error is not null).ToList();
        Assert.Equal(["item-4", "item-9", "item-14", "item-19"], errors.Select(error => error.Id).OrderBy(id => int.Parse(id[5..])));
        Assert.All(errors, error => Assert.Equal(("text", (int)StatusCode.InvalidArgument), (error.Error.Field, error.Error.Code)));
        Assert.All(
            answers.Where(answer => answer.Event?.EventCase == GenerateResponse.EventOneofCase.Image),
            answer => Assert.Equal(ScriptedDiffuser.Picture(ulong.Parse(answer.Id[5..])), answer.Event.Image.Data.ToByteArray()));
        Assert.All(system.Encoder.Requests, encode => Assert.Equal(Priority.Batch, encode.Priority));
    }

    [Fact]
    public async Task GenerateBatch_SameIdTwice_RefusesTheSecond()
    {
        await using var system = await TestSystem.StartAsync();

        var answers = await RunAsync(system, [Item("a"), Item("a"), Item("")]);

        Assert.Equal(["", "a"], answers.Where(answer => answer.Error is not null).Select(answer => answer.Id).Order());
    }

    [Fact]
    public async Task GenerateBatch_ItemFailedForNow_MayBeSentAgain()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (call, _) => call == 1 ? throw new OverloadedException("Full.", TimeSpan.FromMinutes(2)).AsRpc() : Task.CompletedTask;
        using var call = system.Client.GenerateBatch(new CallOptions().WithTestDeadline());

        await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = Item("a") });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal(("OVERLOADED", 120L), (call.ResponseStream.Current.Error.Reason, call.ResponseStream.Current.Error.RetryDelay.Seconds));

        await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = Item("a") });
        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.ReadAllAsync().ToListAsync();

        Assert.Equal(GenerateResponse.EventOneofCase.Summary, answers.Last().Event.EventCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GenerateBatch_ItemsTimeIsOver_EndsItAlone(bool keyed)
    {
        await using var system = await TestSystem.StartAsync();
        var slow = Item("slow");
        slow.Request.Options.Seed = 13;
        system.Diffuser.HeldSeed = 13;
        slow.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(0.5));
        slow.Request.IdempotencyKey = keyed ? "k" : "";

        var answers = await RunAsync(system, [slow, Item("b")], new BatchOptions { Window = 1 });

        Assert.Equal((int)StatusCode.DeadlineExceeded, answers.Single(answer => answer.Id == "slow").Error.Code);
        Assert.Contains(answers, answer => answer.Id == "b" && answer.Event?.EventCase == GenerateResponse.EventOneofCase.Summary);
    }

    [Fact]
    public async Task GenerateBatch_TimeoutOfNothing_NamesTheField()
    {
        await using var system = await TestSystem.StartAsync();
        var item = Item("a");
        item.Timeout = new Duration();

        var error = (await RunAsync(system, [item])).Single().Error;

        Assert.Equal(("timeout", "timeout: must be above 0 s, not 0 s"), (error.Field, error.Message));
    }

    [Fact]
    public async Task GenerateBatch_Window_BoundsTheItemsInTheWork()
    {
        await using var system = await TestSystem.StartAsync();
        int running = 0, most = 0;
        system.Encoder.Before = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(20);
            Interlocked.Decrement(ref running);
        };

        await RunAsync(system, Enumerable.Range(0, 12).Select(i => Item($"{i}")), new BatchOptions { Window = 3 });

        Assert.InRange(most, 2, 3);
    }

    [Fact]
    public async Task GenerateBatch_ReaderTakesNothing_NoMoreThanAWindowIsEverWorkedOut()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.PictureBytes = 1 << 20; // far more than any flow-control window holds
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        await call.RequestStream.WriteAsync(new GenerateBatchRequest { Options = new BatchOptions { Window = 2 } });
        for (var i = 0; i < 40; i++)
        {
            await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = Item($"{i}") });
        }

        await call.RequestStream.CompleteAsync();
        await Task.Delay(500);
        var started = system.Diffuser.Requests.Count;
        var answers = await ReadAsync(call);

        // Two in the window, and those whose answers already lie in the connection's buffers.
        Assert.InRange(started, 1, 12);
        Assert.Equal(40, answers.Count(answer => answer.Event?.EventCase == GenerateResponse.EventOneofCase.Summary));
    }

    [Fact]
    public async Task GenerateBatch_ProgressAsked_SendsTextAndProgressToo()
    {
        await using var system = await TestSystem.StartAsync();

        var answers = await RunAsync(system, [Item("a")], new BatchOptions { Progress = true });

        Assert.Equal(ScriptedAssistant.Reply(3, 8), answers.Select(answer => answer.Event).Text());
    }

    [Fact]
    public async Task GenerateBatch_OptionsInTheMiddle_EndTheStream()
    {
        await using var system = await TestSystem.StartAsync();
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = Item("a") });
        await call.RequestStream.WriteAsync(new GenerateBatchRequest { Options = new BatchOptions() });

        var failure = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(call));

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
    }

    [Fact]
    public async Task GenerateBatch_CallersLimitReached_WaitsInsteadOfFailing()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:CallerLimits:MaxConcurrent=1"]);

        var answers = await RunAsync(system, [Item("a"), Item("b"), Item("c")]);

        Assert.DoesNotContain(answers, answer => answer.Error is not null);
    }

    [Fact]
    public async Task GenerateBatch_CallerCancels_NothingIsLeftRunning()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeStep = (_, _, context) => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        for (var i = 0; i < 4; i++)
        {
            await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = Item($"{i}") });
        }

        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 4));
        call.Dispose();

        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_in_flight 0"));
    }

    private static BatchItem Item(string id) => new() { Id = id, Request = TestSystem.Request() };

    private static async Task<List<GenerateBatchResponse>> RunAsync(TestSystem system, IEnumerable<BatchItem> items, BatchOptions? options = null)
    {
        using var call = system.Client.GenerateBatch(default(CallOptions).WithTestDeadline());
        var reading = ReadAsync(call);
        if (options is not null)
        {
            await call.RequestStream.WriteAsync(new GenerateBatchRequest { Options = options });
        }

        foreach (var item in items)
        {
            await call.RequestStream.WriteAsync(new GenerateBatchRequest { Item = item });
        }

        await call.RequestStream.CompleteAsync();
        return await reading;
    }

    private static async Task<List<GenerateBatchResponse>> ReadAsync(AsyncDuplexStreamingCall<GenerateBatchRequest, GenerateBatchResponse> call)
    {
        var answers = new List<GenerateBatchResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            answers.Add(answer);
        }

        return answers;
    }
}
