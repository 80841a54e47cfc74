using Cafe.Gateway.Tests.Fakes;
using Cafe.ServiceDefaults;

namespace Cafe.Client.Tests;

public sealed class DrainTests
{
    [Fact]
    public async Task GenerateBatchAsync_GatewayDrainsInTheMiddle_GoesOnAtTheNextOne()
    {
        await using var system = await TestSystem.StartAsync(["Drain:TimeoutSeconds=600"]);
        var port = system.Gateway.CafeAddresses().Grpc.Port;
        using var client = GenerateTests.Client(system);
        var results = new List<CafeBatchResult>();
        Task? replaced = null;
        system.Diffuser.BeforeStep = (_, _, _) => Task.Delay(2);

        await foreach (var result in client.GenerateBatchAsync(Items(30), window: 4))
        {
            results.Add(result);
            if (results.Count == 10)
            {
                replaced = ReplaceAsync();
            }
        }

        await replaced!;
        Assert.Equal(30, results.Count);
        Assert.Equal(30, results.Select(result => result.Id).Distinct().Count());
        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal(30, system.Diffuser.Requests.Count);

        async Task ReplaceAsync()
        {
            await system.Gateway.StopAsync();
            await system.AddGatewayAsync([$"Listen:GrpcPort={port}"]);
        }
    }

    private static async IAsyncEnumerable<CafeBatchItem> Items(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return new CafeBatchItem($"{i}", TestSystem.Request(text: "a beach", seed: (ulong)i));
        }
    }
}
