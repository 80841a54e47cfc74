using Cafe.Cli.Embedded;
using Cafe.Client;
using Cafe.EndToEnd.Running;
using Cafe.Testing.Processes;
using Cafe.Testing;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.EndToEnd.Load;

/// <summary>A long batch with bad items among the good ones.</summary>
public sealed class BatchTests(TinyPack pack)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateBatch_OneInTwentyIsPoison_TheOthersAreServedAndEachErrorIsNamed()
    {
        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack.Folder }, Cancel);
        using var client = new CafeClient(system.Gateway);
        var count = Counts.Of(1_000);
        var results = new Dictionary<string, CafeBatchResult>();
        await foreach (var result in client.GenerateBatchAsync(Items(count), window: 16, Cancel))
        {
            Assert.True(results.TryAdd(result.Id, result), $"{result.Id} came twice.");
        }

        Assert.Equal(count, results.Count);
        for (var i = 0; i < count; i++)
        {
            var result = results[$"item-{i}"];
            if (i % 20 == 7)
            {
                Assert.Null(result.Result);
                Assert.Contains(Poisons[i / 20 % Poisons.Length].Field, result.Error!.ToString(), StringComparison.Ordinal);
            }
            else
            {
                Assert.Single(result.Result!.Pictures);
            }
        }
    }

    private static readonly (string Field, Action<GenerateRequest> Spoil)[] Poisons =
    [
        ("subject", request => request.Subject.Data = ByteString.CopyFromUtf8("no picture at all")),
        ("subject", request => request.Subject.Data = ByteString.CopyFrom(request.Subject.Data.Span[..200].ToArray())),
        ("options.steps", request => request.Options.Steps = 100_000),
        ("text", request => request.Text = new string('x', 100_000)),
        ("options.count", request => request.Options.Count = -3),
    ];

    private static async IAsyncEnumerable<CafeBatchItem> Items(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            var request = Asking.Request(i % 11);
            if (i % 20 == 7)
            {
                Poisons[i / 20 % Poisons.Length].Spoil(request);
            }

            yield return new CafeBatchItem($"item-{i}", request);
        }
    }
}
