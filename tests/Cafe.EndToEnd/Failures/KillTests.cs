using Cafe.Client;
using Cafe.EmbeddedRedis;
using Cafe.EndToEnd.Running;
using Cafe.Testing.Processes;
using Cafe.V1;

namespace Cafe.EndToEnd.Failures;

/// <summary>
/// Processes killed with -9 in the middle of a call and started again: the caller gets what it would have got, and of a stage's end
/// nothing is seen even by a client that never asks twice.
/// </summary>
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
        using var client = _system.PlainClient();
        _system.Encoder.Process.Freeze();
        var running = client.GenerateToEndAsync(Asking.Request(77), Cancel);
        await Asking.UntilAsync(async () => await _system.Gateway.MetricAsync("cafe_gateway_in_flight", Cancel) == 1, "in flight", Cancel);
        _system.Encoder.Process.Kill();
        await _system.Encoder.StartAsync(Cancel);
        Same(await running, await client.GenerateToEndAsync(Asking.Request(77), Cancel));
    }

    private async Task KilledAt(ServiceProcess victim, Func<CafeEvent, bool> moment, Func<int, GenerateRequest> request)
    {
        using var client = victim == _system.Gateway ? _system.Client() : _system.PlainClient();
        for (var i = 0; i < Tries; i++)
        {
            var before = await Retries();
            var expected = await client.GenerateToEndAsync(request(i), Cancel);
            var (midway, result) = await InterruptedCall.RunAsync(client, request(i), moment, KillAndRestart, Cancel);
            Same(expected, result);
            if (midway && (victim == _system.Gateway || await Retries() > before))
            {
                return;
            }
        }

        Assert.Fail($"In {Tries} calls no kill came before the stage was done.");

        async Task KillAndRestart()
        {
            victim.Process.Kill();
            await victim.StartAsync(Cancel);
        }
    }

    private async Task<double> Retries() => await _system.Gateway.MetricAsync("cafe_gateway_retries_total", Cancel);

    private static void Same(CafeResult expected, CafeResult result) => Assert.Null(InterruptedCall.Difference(expected, result));
}
