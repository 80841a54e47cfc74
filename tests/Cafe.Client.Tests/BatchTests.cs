using System.Collections.Concurrent;
using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Errors;
using Cafe.Testing;
using Grpc.Core;

namespace Cafe.Client.Tests;

public sealed class BatchTests
{
    [Fact]
    public async Task GenerateBatchAsync_PoisonedItems_LosesNothingAndNamesErrors()
    {
        await using var system = await TestSystem.StartAsync();
        using var client = GenerateTests.Client(system);

        var results = await ReadAsync(client.GenerateBatchAsync(Items(40, poisonEvery: 10), window: 4));

        Assert.Equal(40, results.Select(result => result.Id).Distinct().Count());
        Assert.Equal(4, results.Count(result => result.Error is not null));
        Assert.All(results.Where(result => result.Error is not null), result => Assert.Equal("text", result.Error!.Field));
        Assert.All(
            results.Where(result => result.Result is not null),
            result => Assert.Equal(ScriptedDiffuser.Picture(ulong.Parse(result.Id)), result.Result!.Pictures.Single().Data.ToArray()));
    }

    [Fact]
    public async Task GenerateBatchAsync_GatewayDiesInTheMiddle_LosesAndRepeatsNothing()
    {
        await using var system = await TestSystem.StartAsync();
        var port = system.Gateway.CafeAddresses().Grpc.Port;
        using var client = GenerateTests.Client(system);
        var results = new List<CafeBatchResult>();
        system.Diffuser.BeforeStep = (_, _, _) => Task.Delay(2);

        await foreach (var result in client.GenerateBatchAsync(Items(30, poisonEvery: 0), window: 4))
        {
            results.Add(result);
            if (results.Count == 10)
            {
                await system.Gateway.StopAsync(new CancellationToken(canceled: true));
                await system.AddGatewayAsync([$"Listen:GrpcPort={port}"]);
            }
        }

        Assert.Equal(30, results.Count);
        Assert.Equal(30, results.Select(result => result.Id).Distinct().Count());
        Assert.All(results, result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task GenerateBatchAsync_GatewayDiesWhileAnItemTakesLong_GoesOn()
    {
        await using var system = await TestSystem.StartAsync();
        var port = system.Gateway.CafeAddresses().Grpc.Port;
        var time = new AheadTime();
        var drawing = new TaskCompletionSource();
        system.Diffuser.BeforeStep = async (call, _, context) =>
        {
            if (call == 1)
            {
                drawing.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
        };
        using var client = GenerateTests.Client(system, time);
        var running = client.GenerateBatchAsync(Items(2, poisonEvery: 0), window: 1).ToListAsync().AsTask();
        await drawing.Task.WaitAsync(TimeSpan.FromSeconds(30));

        time.Pass(TimeSpan.FromMinutes(10));
        await system.Gateway.StopAsync(new CancellationToken(canceled: true));
        await system.AddGatewayAsync([$"Listen:GrpcPort={port}"]);

        Assert.All(await running, result => Assert.Null(result.Error));
        Assert.Equal(2, (await running).Count);
    }

    [Fact]
    public async Task GenerateBatchAsync_ItemsFailForNow_AreSentAgainAsTheGatewayAsks()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Diffuser:RetryMaxSeconds=0.01"]);
        var refused = new ConcurrentDictionary<ulong, bool>();
        system.Diffuser.BeforeCall = (_, request) => refused.TryAdd(request.Options.Seed, true) ? throw new OverloadedException("Full.", TimeSpan.FromSeconds(0.1)).AsRpc() : Task.CompletedTask;
        using var client = GenerateTests.Client(system);

        var results = await ReadAsync(client.GenerateBatchAsync(Items(6, poisonEvery: 3), window: 2));

        Assert.Equal(6, results.Select(result => result.Id).Distinct().Count());
        Assert.Equal(["2", "5"], results.Where(result => result.Error is not null).Select(result => result.Id).Order());
        Assert.Equal(8, system.Diffuser.Requests.Count);
    }

    [Fact]
    public async Task GenerateBatchAsync_ItemFailsForTooLong_IsAFailureThatSaysWhen()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (_, _) => throw new OverloadedException("Full.", TimeSpan.FromMinutes(2)).AsRpc();
        using var client = GenerateTests.Client(system);

        var error = (await ReadAsync(client.GenerateBatchAsync(Items(1, 0)))).Single().Error!;

        Assert.Equal((int)StatusCode.ResourceExhausted, error.Code);
        Assert.Equal(("OVERLOADED", 120L), (error.Reason, error.RetryDelay.Seconds));
    }

    [Fact]
    public async Task GenerateBatchAsync_OneItemTakesTooLong_FailsAlone()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.HeldSeed = 0;
        using var client = GenerateTests.Client(system, timeout: TimeSpan.FromSeconds(3));

        var results = await ReadAsync(client.GenerateBatchAsync(Items(3, 0), window: 1));

        Assert.Equal(3, results.Count);
        Assert.Equal((int)StatusCode.DeadlineExceeded, results.Single(result => result.Error is not null).Error!.Code);
        Assert.Equal("0", results.Single(result => result.Error is not null).Id);
    }

    [Fact]
    public async Task GenerateBatchAsync_SourceFails_IsTheBatchsFailure()
    {
        await using var system = await TestSystem.StartAsync();
        using var client = GenerateTests.Client(system);

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(client.GenerateBatchAsync(Broken())));
    }

    [Fact]
    public async Task GenerateBatchAsync_RefusedAsAWhole_Fails()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=the key"]);
        using var client = GenerateTests.Client(system);

        var failure = await Assert.ThrowsAsync<CafeException>(() => ReadAsync(client.GenerateBatchAsync(Items(3, 0))));

        Assert.Equal(StatusCode.Unauthenticated, failure.Code);
    }

    [Fact]
    public async Task GenerateBatchAsync_NoItems_Ends()
    {
        await using var system = await TestSystem.StartAsync();
        using var client = GenerateTests.Client(system);

        Assert.Empty(await ReadAsync(client.GenerateBatchAsync(Items(0, 0))));
    }

    private static async IAsyncEnumerable<CafeBatchItem> Items(int count, int poisonEvery)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            var poison = poisonEvery > 0 && i % poisonEvery == poisonEvery - 1;
            yield return new CafeBatchItem($"{i}", TestSystem.Request(text: poison ? "" : "a beach", seed: (ulong)i));
        }
    }

    private static async IAsyncEnumerable<CafeBatchItem> Broken()
    {
        yield return new CafeBatchItem("a", TestSystem.Request());
        await Task.Yield();
        throw new InvalidDataException("line 2 is no JSON");
    }

    private static async Task<List<CafeBatchResult>> ReadAsync(IAsyncEnumerable<CafeBatchResult> results)
    {
        var list = new List<CafeBatchResult>();
        await foreach (var result in results)
        {
            list.Add(result);
        }

        return list;
    }
}
