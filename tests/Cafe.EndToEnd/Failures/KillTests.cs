using Cafe.Client;
using Cafe.EmbeddedRedis;
using Cafe.EndToEnd.Running;
using Cafe.V1;

namespace Cafe.EndToEnd.Failures;

/// <summary>Processes killed with -9 in the middle of a call and started again: the caller gets what it would have got.</summary>
public sealed class KillTests(TinyPack pack) : IAsyncLifetime
{
    // A kill may come after the stage's last word; then it proves nothing, and another call is made.
    private const int Tries = 20;

    private readonly EmbeddedGarnet _redis = EmbeddedGarnet.Start();
    private ProcessSystem _system = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _system = await ProcessSystem.StartAsync(pack.Folder, _redis.Configuration, Cancel);

    public ValueTask DisposeAsync()
    {
        _system.Dispose();
        _redis.Dispose();
        return default;
    }

    [Fact]
    public async Task Assistant_KilledInAReply_TheReplyIsTheSame() =>
        await KilledAt(_system.Assistant, told => told is CafeEvent.Text, _ => Asking.Request(1, maxTokens: 32));

    [Fact]
    public async Task Diffuser_KilledInADrawing_ThePicturesAreTheSame() =>
        await KilledAt(_system.Diffuser, told => told is CafeEvent.Progress, _ => Asking.Request(1, steps: 150, count: 4));

    [Fact]
    public async Task Gateway_KilledInADrawing_TheClientReattaches() =>
        await KilledAt(_system.Gateway, told => told is CafeEvent.Progress, _ => Asking.Request(1, steps: 150, count: 4));

    [Fact]
    public async Task Encoder_KilledWithAPictureInHand_ThePictureIsTheSame()
    {
        using var client = _system.Client();
        _system.Encoder.Process.Freeze();
        var running = client.GenerateToEndAsync(Asking.Request(77), Cancel);
        await Asking.UntilAsync(async () => await _system.Gateway.MetricAsync("cafe_gateway_in_flight", Cancel) == 1, "in flight", Cancel);
        _system.Encoder.Process.Kill();
        await _system.Encoder.StartAsync(Cancel);
        Same(await running, await client.GenerateToEndAsync(Asking.Request(77), Cancel));
    }

    private async Task KilledAt(ServiceProcess victim, Func<CafeEvent, bool> moment, Func<int, GenerateRequest> request)
    {
        using var client = _system.Client();
        for (var i = 0; i < Tries; i++)
        {
            var before = await Retries();
            var expected = await client.GenerateToEndAsync(request(i), Cancel);
            var (midway, result) = await RunAndKill(client, request(i), victim, moment);
            Same(expected, result);
            if (midway && (victim == _system.Gateway || await Retries() > before))
            {
                return;
            }
        }

        Assert.Fail($"In {Tries} calls no kill came before the stage was done.");
    }

    private async Task<double> Retries() => await _system.Gateway.MetricAsync("cafe_gateway_retries_total", Cancel);

    private static async Task<(bool Midway, CafeResult Result)> RunAndKill(CafeClient client, GenerateRequest request, ServiceProcess victim, Func<CafeEvent, bool> moment)
    {
        var pictures = new SortedDictionary<int, CafePicture>();
        var (text, killed, midway, lastStep) = ("", false, false, 0);
        await foreach (var told in client.GenerateAsync(request, Cancel))
        {
            switch (told)
            {
                case CafeEvent.Text delta:
                    text += delta.Delta;
                    break;
                case CafeEvent.Progress progress:
                    Assert.True(progress.Step >= lastStep, $"Progress went back from {lastStep} to {progress.Step}.");
                    lastStep = progress.Step;
                    break;
                case CafeEvent.Finished finished:
                    Assert.False(pictures.ContainsKey(finished.Picture.Index), "A picture came twice.");
                    pictures[finished.Picture.Index] = finished.Picture;
                    break;
                case CafeEvent.Done done:
                    Assert.Equal(done.Summary.Reply, text);
                    return (midway, new CafeResult(text, [.. pictures.Values], done.Summary));
                default:
                    break;
            }

            if (!killed && moment(told))
            {
                killed = true;
                midway = told is not CafeEvent.Progress { Step: var step, Steps: var steps } || step < steps;
                victim.Process.Kill();
                await victim.StartAsync(Cancel);
            }
        }

        throw new InvalidOperationException("The stream ended without its end.");
    }

    private static void Same(CafeResult expected, CafeResult result)
    {
        Assert.Equal(expected.Reply, result.Reply);
        Assert.Equal(expected.Pictures.Select(picture => (picture.Index, picture.Seed)), result.Pictures.Select(picture => (picture.Index, picture.Seed)));
        Assert.All(expected.Pictures.Zip(result.Pictures), pair => Assert.Equal(pair.First.Data.ToArray(), pair.Second.Data.ToArray()));
    }
}
