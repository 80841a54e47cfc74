using Cafe.Cli.Embedded;
using Cafe.EndToEnd.Running;
using Cafe.Testing;
using Cafe.Testing.Processes;
using Cafe.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cafe.EndToEnd.Load;

/// <summary>
/// Callers that leave, and callers whose time runs out: nothing of theirs stays behind. They send no idempotency key, with which the
/// gateway would go on without them: so each stage is left in the midst of its work.
/// </summary>
public sealed class CancelTests(TinyPack pack) : IAsyncLifetime
{
    private const int Callers = 8, Places = 2;
    private static readonly string[] Stages = ["assistant", "diffuser"];
    private readonly HttpClient _http = new();
    private EmbeddedSystem _system = null!;
    private GrpcChannel _channel = null!;
    private GatewayService.GatewayServiceClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Few places: some wait in the queues, and a place that is lost is missed at once.
        string[] settings = [$"--Assistant:MaxRows={Places}", $"--Diffuser:MaxActive={Places}"];
        _system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = pack.Folder, Settings = settings }, Cancel);
        _channel = GrpcChannel.ForAddress(_system.Gateway);
        _client = new GatewayService.GatewayServiceClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _channel.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Generate_CancelledAtRandomMoments_LeavesNothingRunning()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, Counts.Of(1_000)), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, cancel) =>
        {
            var random = new Random(i);
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);

            // Half leave by the clock, wherever their call is then; half after so many events, while a stage works for them.
            var events = int.MaxValue;
            if (i % 4 < 2)
            {
                leaving.CancelAfter(TimeSpan.FromMilliseconds(random.Next(150)));
            }
            else
            {
                events = random.Next(1, 25);
            }

            try
            {
                using var call = _client.Generate(Long(i), cancellationToken: leaving.Token);
                await foreach (var _ in call.ResponseStream.ReadAllAsync(CancellationToken.None))
                {
                    if (--events == 0)
                    {
                        await leaving.CancelAsync();
                    }
                }
            }
            catch (RpcException left) when (left.StatusCode is StatusCode.Cancelled || (IsAbort(left) && leaving.IsCancellationRequested))
            {
            }
        });
        await Idle();
        foreach (var stage in Stages)
        {
            // At most one step of the UNet, or one token, for each that left.
            var cancelled = await Metric(stage, "cafe_cancelled_total");
            Assert.True(cancelled > 0, $"Nobody left the {stage}.");
            Assert.InRange(await Metric(stage, "cafe_steps_after_cancel_total"), 0, cancelled);
        }

        await Serves();
    }

    [Fact]
    public async Task Generate_DeadlinesOfEveryLength_ExpireInTheQueuesAndMidwayAndLeaveNothing()
    {
        // As many rounds as it takes, each with other deadlines: where one meets its call is up to the machine.
        var round = 0;
        await Asking.UntilAsync(
            async () =>
            {
                await Hurry(Counts.Of(300), round++);
                foreach (var stage in Stages)
                {
                    if (await Metric(stage, "cafe_expired_total{where=\"queue\"}") == 0 || await Metric(stage, "cafe_expired_total{where=\"work\"}") == 0)
                    {
                        return false;
                    }
                }

                return true;
            },
            "deadlines passed in the queues and in the work of assistant and diffuser",
            Cancel);
        await Idle();
        await Serves();
    }

    private async Task Hurry(int calls, int round) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = 3 * Callers, CancellationToken = Cancel }, async (i, cancel) =>
        {
            // From 2 ms to a second, evenly over the powers of two: a stage's share of a call is short on one machine and long on another.
            var deadline = DateTime.UtcNow.AddMilliseconds(Math.Pow(2, 1 + (9 * new Random((calls * round) + i).NextDouble())));
            try
            {
                using var call = _client.Generate(Long(i), deadline: deadline, cancellationToken: cancel);
                await call.ResponseStream.ReadAllAsync(cancel).CountAsync(cancel);
            }
            catch (RpcException late) when (late.StatusCode is StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted || (IsAbort(late) && DateTime.UtcNow >= deadline))
            {
            }
        });

    // Of a call that ends on this side the reader may find the stream gone before the status is set.
    private static bool IsAbort(RpcException failure) => failure is { StatusCode: StatusCode.Unavailable, Status.DebugException: IOException { InnerException: null } };

    // Every other one has no reply to wait for and goes to the diffuser at once.
    private static GenerateRequest Long(int i)
    {
        var request = Asking.Request(i % 7, steps: 60, count: 2, maxTokens: 32);
        if (i % 2 == 0)
        {
            (request.SemanticImage, request.Alpha) = (request.Subject, 0);
        }

        return request;
    }

    /// <summary>All places are there, and the models' memory with them.</summary>
    private async Task Serves()
    {
        foreach (var stage in Stages)
        {
            Assert.Equal(0, await Metric(stage, "cafe_failed_total"));
        }

        await Task.WhenAll(Enumerable.Range(0, 2 * Places).Select(async i =>
        {
            using var call = _client.Generate(Asking.Request(i), cancellationToken: Cancel);
            Assert.Equal(1, await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(told => told.EventCase == GenerateResponse.EventOneofCase.Image, Cancel));
        }));
    }

    private async Task Idle()
    {
        foreach (var (service, metric) in new[]
        {
            ("gateway", "cafe_gateway_in_flight"), ("encoder", "cafe_queue_depth"), ("encoder", "cafe_rows_in_flight"), ("assistant", "cafe_queue_depth"),
            ("assistant", "cafe_rows_in_flight"), ("assistant", "cafe_kv_rows"), ("diffuser", "cafe_queue_depth"), ("diffuser", "cafe_requests_active"),
            ("diffuser", "cafe_rows_in_flight"), ("diffuser", "cafe_conditions_live"),
        })
        {
            await Asking.UntilAsync(async () => await Metric(service, metric) == 0, $"{service}'s {metric} back at 0", Cancel);
        }
    }

    private async Task<double> Metric(string service, string name) =>
        MetricText.Sum(await _http.GetStringAsync(new Uri(_system.Addresses[service].Metrics, "/metrics"), Cancel), name);
}
