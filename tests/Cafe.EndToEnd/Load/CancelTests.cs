using Cafe.Cli.Embedded;
using Cafe.Client;
using Cafe.EndToEnd.Running;
using Cafe.Testing.Processes;
using Cafe.Testing;
using Grpc.Core;

namespace Cafe.EndToEnd.Load;

/// <summary>Callers that leave, and callers whose time runs out: nothing of theirs stays behind.</summary>
public sealed class CancelTests(TinyPack pack) : IAsyncLifetime
{
    private const int Callers = 8;
    private readonly HttpClient _http = new();
    private EmbeddedSystem _system = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack.Folder }, Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Generate_CancelledAtRandomMoments_LeavesNothingRunning()
    {
        using var client = new CafeClient(_system.Gateway);
        var count = Counts.Of(1_000);
        var cancelled = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, cancel) =>
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            leaving.CancelAfter(TimeSpan.FromMilliseconds(new Random(i).Next(150)));
            try
            {
                await client.GenerateToEndAsync(Asking.Request(i, steps: 60, count: 2, maxTokens: 32), leaving.Token);
            }
            catch (Exception left) when (left is OperationCanceledException or CafeException { Code: StatusCode.Cancelled })
            {
                Interlocked.Increment(ref cancelled);
            }
        });
        Assert.True(cancelled > 0);
        await Idle();

        // At most one step of the UNet, and one token, for each that left.
        Assert.InRange(await Metric("diffuser", "cafe_steps_after_cancel_total"), 0, cancelled);
        Assert.InRange(await Metric("assistant", "cafe_steps_after_cancel_total"), 0, cancelled);
        Assert.Equal(0, await Metric("diffuser", "cafe_failed_total") + await Metric("assistant", "cafe_failed_total"));
        Assert.Single((await client.GenerateToEndAsync(Asking.Request(1), Cancel)).Pictures);
    }

    [Fact]
    public async Task Generate_DeadlinesOfEveryLength_ExpireInTheQueueOrMidwayAndLeaveNothing()
    {
        using var client = new CafeClient(_system.Gateway);
        var (served, expired) = (0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(0, Counts.Of(300)), new ParallelOptions { MaxDegreeOfParallelism = 3 * Callers, CancellationToken = Cancel }, async (i, cancel) =>
        {
            try
            {
                using var hurried = new CafeClient(_system.Gateway, new CafeClientOptions { Timeout = TimeSpan.FromMilliseconds(20 + (new Random(i).Next(20) * 40)) });
                await hurried.GenerateToEndAsync(Asking.Request(i, steps: 60, count: 2, maxTokens: 32), cancel);
                Interlocked.Increment(ref served);
            }
            catch (CafeException late) when (late.Code is StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted)
            {
                Interlocked.Increment(ref expired);
            }
        });
        Assert.True(expired > 0);
        await Idle();
        Assert.Single((await client.GenerateToEndAsync(Asking.Request(1), Cancel)).Pictures);
    }

    private async Task Idle()
    {
        foreach (var (service, metric) in new[]
        {
            ("gateway", "cafe_gateway_in_flight"), ("encoder", "cafe_queue_depth"), ("encoder", "cafe_rows_in_flight"), ("assistant", "cafe_queue_depth"),
            ("assistant", "cafe_rows_in_flight"), ("diffuser", "cafe_queue_depth"), ("diffuser", "cafe_requests_active"), ("diffuser", "cafe_rows_in_flight"),
        })
        {
            await Asking.UntilAsync(async () => await Metric(service, metric) == 0, $"{service}'s {metric} back at 0", Cancel);
        }
    }

    private async Task<double> Metric(string service, string name) =>
        MetricText.Sum(await _http.GetStringAsync(new Uri(_system.Addresses[service].Metrics, "/metrics"), Cancel), name);
}
