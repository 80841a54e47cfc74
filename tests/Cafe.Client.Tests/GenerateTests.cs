using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults;
using Cafe.Testing;
using Cafe.V1;
using Grpc.Core;

namespace Cafe.Client.Tests;

public sealed class GenerateTests
{
    [Fact]
    public async Task GenerateAsync_PictureAndText_StreamsTypedEvents()
    {
        await using var system = await TestSystem.StartAsync();
        using var client = Client(system);

        var events = await ReadAsync(client.GenerateAsync("a picture"u8.ToArray(), "a beach", new DiffusionOptions { Seed = 9 }));

        Assert.Equal(9UL, Assert.IsType<CafeEvent.Started>(events[0]).Seed);
        Assert.Equal(ScriptedDiffuser.Picture(9), events.OfType<CafeEvent.Finished>().Single().Picture.Data.ToArray());
        Assert.Equal(Assert.IsType<CafeEvent.Done>(events[^1]).Summary.Reply, Text(events));
    }

    [Fact]
    public async Task GenerateToEndAsync_SeveralPictures_HasThemInOrder()
    {
        await using var system = await TestSystem.StartAsync();
        using var client = Client(system);
        var request = TestSystem.Request();
        request.Options.Count = 3;

        var result = await client.GenerateToEndAsync(request);

        Assert.Equal([7UL, 8UL, 9UL], result.Pictures.Select(picture => picture.Seed));
        Assert.Equal(ScriptedAssistant.Reply(3, 8), result.Reply);
    }

    [Fact]
    public async Task GenerateAsync_GatewayDiesAndAnotherTakesItsPlace_GoesOnWhereItWas()
    {
        await using var system = await TestSystem.StartAsync(["Listen:GrpcPort=0"]);
        var port = system.Gateway.CafeAddresses().Grpc.Port;
        var held = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (call, step, context) => call == 1 && step == 7 ? Hold(held, context) : Task.CompletedTask;
        using var client = Client(system);
        var request = TestSystem.Request();
        request.Options = new DiffusionOptions { Count = 3 }; // the client draws the seed
        request.TextOptions = null;

        var running = ReadAsync(client.GenerateAsync(request));
        await held.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await system.AddGatewayAsync([$"Listen:GrpcPort={port}"]);
        var events = await running;

        var done = Assert.IsType<CafeEvent.Done>(events[^1]);
        Assert.Equal(done.Summary.Reply, Text(events));
        Assert.Equal([0, 1, 2], events.OfType<CafeEvent.Finished>().Select(finished => finished.Picture.Index));
        Assert.Single(system.Diffuser.Requests.Select(draw => draw.Options.Seed).Distinct());
        var steps = events.OfType<CafeEvent.Progress>().Select(progress => progress.Step).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.Single(events.OfType<CafeEvent.Started>());
    }

    [Fact]
    public async Task GenerateAsync_GatewayAndStoreLostAndThePackChanged_FailsInsteadOfMixingPictures()
    {
        await using var system = await TestSystem.StartAsync();
        var port = system.Gateway.CafeAddresses().Grpc.Port;
        var seen = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (call, step, context) => call == 1 && step == 5 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;
        using var client = Client(system);
        var request = TestSystem.Request();
        request.Options.Count = 2;
        var pictures = new List<CafePicture>();
        var running = Task.Run(async () =>
        {
            await foreach (var what in client.GenerateAsync(request))
            {
                if (what is CafeEvent.Finished finished)
                {
                    pictures.Add(finished.Picture);
                    seen.TrySetResult();
                }
            }
        });
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        system.Store.Flush();
        system.Diffuser.Fingerprint = "diffuser-2";
        await system.AddGatewayAsync([$"Listen:GrpcPort={port}"]);

        var failure = await Assert.ThrowsAsync<CafeException>(() => running);
        Assert.Equal(StatusCode.Aborted, failure.Code);
        Assert.Contains("pack has changed", failure.Message);
        Assert.Single(pictures);
    }

    [Fact]
    public async Task GenerateAsync_GatewayLostAfterALongSilence_ReattachesAllTheSame()
    {
        await using var system = await TestSystem.StartAsync();
        var port = system.Gateway.CafeAddresses().Grpc.Port;
        var time = new AheadTime();
        var drawing = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (call, step, context) => call == 1 && step == 3 ? Hold(drawing, context) : Task.CompletedTask;
        using var client = Client(system, time);
        var heard = new TaskCompletionSource();
        var running = Task.Run(async () => await client.GenerateAsync(TestSystem.Request()).Select(what =>
        {
            if (what is CafeEvent.Progress { Step: 2 })
            {
                heard.TrySetResult();
            }

            return what;
        }).LastAsync());
        await Task.WhenAll(drawing.Task, heard.Task).WaitAsync(TimeSpan.FromSeconds(30));

        time.Pass(TimeSpan.FromMinutes(10));
        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await system.AddGatewayAsync([$"Listen:GrpcPort={port}"]);

        Assert.IsType<CafeEvent.Done>(await running);
    }

    [Fact]
    public async Task GenerateAsync_GatewayFull_WaitsAsAsked()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:MaxActive=1"]);
        using var client = Client(system);
        var gate = new TaskCompletionSource();
        system.Encoder.Before = (_, _) => gate.Task;

        var first = ReadAsync(client.GenerateAsync(TestSystem.Request()));
        var second = ReadAsync(client.GenerateAsync(TestSystem.Request()));
        await Task.Delay(300);
        gate.SetResult();

        Assert.IsType<CafeEvent.Done>((await first)[^1]);
        Assert.IsType<CafeEvent.Done>((await second)[^1]);
    }

    [Fact]
    public async Task GenerateAsync_BadRequest_FailsAtOnceWithTheFields()
    {
        await using var system = await TestSystem.StartAsync();
        using var client = Client(system);
        var request = TestSystem.Request(text: "");

        var failure = await Assert.ThrowsAsync<CafeException>(() => ReadAsync(client.GenerateAsync(request)));

        Assert.Equal(StatusCode.InvalidArgument, failure.Code);
        Assert.Contains("text", failure.Fields.Keys);
        Assert.NotEqual("", failure.RequestId);
    }

    [Fact]
    public async Task GenerateAsync_NoGateway_GivesUpAfterItsPatience()
    {
        using var client = new CafeClient(new Uri("http://127.0.0.1:9"), new CafeClientOptions { Patience = TimeSpan.FromSeconds(0.5) });

        var failure = await Assert.ThrowsAsync<CafeException>(() => ReadAsync(client.GenerateAsync(TestSystem.Request())));

        Assert.Equal(StatusCode.Unavailable, failure.Code);
    }

    [Fact]
    public async Task GenerateAsync_LoopLeftEarly_StopsTheWorkAfterTheGrace()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Idempotency:DetachedSeconds=0.1"]);
        using var client = Client(system);
        var stopped = new TaskCompletionSource();
        system.Diffuser.BeforeStep = async (_, step, context) =>
        {
            if (step == 2)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stopped.TrySetResult();
            }
        };

        await foreach (var what in client.GenerateAsync(TestSystem.Request()))
        {
            if (what is CafeEvent.Progress)
            {
                break;
            }
        }

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_ThrowsThat()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.Before = (_, context) => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var client = Client(system);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(client.GenerateAsync(TestSystem.Request(), stop.Token)));
    }

    [Fact]
    public async Task GenerateAsync_ApiKey_IsSent()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=the key"]);
        using var client = new CafeClient(system.Gateway.CafeAddresses().Grpc, new CafeClientOptions { ApiKey = "the key" });

        await client.GenerateToEndAsync(TestSystem.Request());

        Assert.Equal("ann", system.Diffuser.Requests.Single().Tenant);
        Assert.Equal(3, (await client.GetPackAsync()).Stages.Count);
    }

    [Fact]
    public async Task GenerateAsync_CallsOwnTimeout_EndsIt()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.Before = (_, context) => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var client = Client(system);

        var failure = await Assert.ThrowsAsync<CafeException>(() => ReadAsync(client.GenerateAsync(TestSystem.Request(), TimeSpan.FromSeconds(0.5))));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.Code);
    }

    internal static CafeClient Client(TestSystem system, TimeProvider? time = null, TimeSpan? timeout = null) => new(
        system.Gateway.CafeAddresses().Grpc,
        new CafeClientOptions { Patience = TimeSpan.FromSeconds(30), Time = time ?? TimeProvider.System, Timeout = timeout ?? TimeSpan.FromMinutes(30) });

    private static async Task Hold(TaskCompletionSource held, ServerCallContext context)
    {
        held.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }

    private static string Text(IEnumerable<CafeEvent> events) => string.Concat(events.OfType<CafeEvent.Text>().Select(text => text.Delta));

    private static async Task<List<CafeEvent>> ReadAsync(IAsyncEnumerable<CafeEvent> events)
    {
        var list = new List<CafeEvent>();
        await foreach (var what in events)
        {
            list.Add(what);
        }

        return list;
    }
}
