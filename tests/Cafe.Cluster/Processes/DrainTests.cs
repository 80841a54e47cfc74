using Cafe.Client;
using Cafe.EmbeddedRedis;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Processes;

/// <summary>A pod that is told to stop while it draws: it ends within its grace period, and the caller notices nothing.</summary>
[Collection(ProcessTests.Name)]
public sealed class DrainTests(TinyPack pack)
{
    private const int Tries = 10;

    // What the chart leaves between the drain and the end of the grace period.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_StreamShorterThanTheDrain_FinishesWhereItIs()
    {
        LoopbackCluster.SkipUnlessPossible();
        var drain = TimeSpan.FromSeconds(90); // the chart's for the diffuser
        var (retries, took, log) = await TerminatedInADrawing(drain, steps: 60);
        Assert.True(retries == 0, log);
        Assert.InRange(took, TimeSpan.Zero, drain);
    }

    [Fact]
    public async Task Terminate_StreamLongerThanTheDrain_IsTakenUpByAnotherAndThePodEndsInTime()
    {
        LoopbackCluster.SkipUnlessPossible();
        var drain = TimeSpan.FromSeconds(0.2);
        var (retries, took, log) = await TerminatedInADrawing(drain, steps: 150);
        Assert.True(retries > 0, log);
        Assert.InRange(took, drain, drain + Margin);
    }

    // Tells the diffuser that draws to stop, and looks how the call goes on.
    private async Task<(double Retries, TimeSpan Took, string Log)> TerminatedInADrawing(TimeSpan drain, int steps)
    {
        using var redis = EmbeddedGarnet.Start();
        using var cluster = await LoopbackCluster.StartAsync(pack.Folder, redis.Configuration, each: 1, Cancel);
        using var client = cluster.Client();
        var request = Asking.Request(1, steps, count: 4);
        var expected = await client.GenerateToEndAsync(request, Cancel);
        var old = cluster.Diffuser.Pods[0];
        for (var i = 0; i < Tries; i++)
        {
            var pod = cluster.Diffuser.Launch(FormattableString.Invariant($"--Drain:TimeoutSeconds={drain.TotalSeconds}"));
            await cluster.Diffuser.PublishedAsync(pod, Cancel);
            if (old is not null)
            {
                await cluster.Diffuser.DeleteAsync(old, LoopbackCluster.PreStop, LoopbackCluster.Grace, Cancel);
                old = null;
            }

            await client.GenerateToEndAsync(Asking.Request(1), Cancel); // the gateway has found the new pod
            var before = await Retries();
            Task<TimeSpan>? ending = null;
            var (midway, result) = await InterruptedCall.RunAsync(client, request, told => told is CafeEvent.Progress, async () =>
            {
                cluster.Diffuser.Launch();
                ending = cluster.Diffuser.DeleteAsync(pod, TimeSpan.Zero, drain + Margin, Cancel);
                await Task.Yield();
            }, Cancel);
            Assert.Null(InterruptedCall.Difference(expected, result));
            var took = await ending!;
            if (midway)
            {
                return (await Retries() - before, took, pod.Process.Log);
            }
        }

        Assert.Fail($"In {Tries} calls none was told to stop in mid-stream.");
        return default;

        Task<double> Retries() => cluster.Gateway.Pods[0].MetricAsync("cafe_gateway_retries_total", Cancel);
    }
}
