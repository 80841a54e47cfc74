using System.Globalization;
using Cafe.EmbeddedRedis;
using Cafe.EndToEnd.Running;
using Cafe.Testing.Processes;
using Cafe.Testing;

namespace Cafe.EndToEnd.Failures;

/// <summary>A real Redis flushed, frozen and killed under load: no request fails for the cache.</summary>
public sealed class RedisTests(TinyPack pack) : IAsyncDisposable
{
    private const int Callers = 4;
    private static readonly string? Server = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);
    private readonly int _port = FreePorts.Take(1)[0];
    private ChildProcess? _redis;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public ValueTask DisposeAsync()
    {
        _redis?.Dispose();
        return default;
    }

    [Fact]
    public async Task Generate_RedisFlushedFrozenKilledAndBack_EveryRequestSucceeds()
    {
        Assert.SkipWhen(Server is null, "redis-server is not on the PATH (Debian's redis-server has it).");
        _redis = new ChildProcess(Server!, ["--port", _port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
        _redis.Start();
        using var system = await ProcessSystem.StartAsync(pack.Folder, Address, Cancel);
        using var client = system.Client();
        var each = Counts.Of(100);
        Action[] troubles = [Flush, _redis.Freeze, _redis.Thaw, _redis.Kill, _redis.Start];
        var (begun, done) = (0, 0);

        // Each trouble comes while calls are under way, and their number goes on without a pause.
        await Parallel.ForEachAsync(Enumerable.Range(0, (troubles.Length + 1) * each), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, cancel) =>
        {
            var number = Interlocked.Increment(ref begun);
            if (number % each == 0 && number / each <= troubles.Length)
            {
                troubles[(number / each) - 1]();
            }

            var result = await client.GenerateToEndAsync(Asking.Request(i % 7), cancel);
            Assert.Single(result.Pictures);
            Interlocked.Increment(ref done);
        });

        Assert.Equal((troubles.Length + 1) * each, done);
    }

    [Fact]
    public async Task Generate_ManyIdenticalPicturesAtOnce_AreEncodedOnce()
    {
        using var redis = EmbeddedGarnet.Start();
        using var system = await ProcessSystem.StartAsync(pack.Folder, redis.Configuration, Cancel);
        using var client = system.Client();
        var before = await Rows();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GenerateToEndAsync(Asking.Request(3), Cancel)));
        Assert.Equal(1, await Rows() - before);

        Task<double> Rows() => system.Encoder.MetricAsync("cafe_batch_rows_sum", Cancel);
    }

    private void Flush()
    {
        using var cli = System.Diagnostics.Process.Start(Server!.Replace("redis-server", "redis-cli", StringComparison.Ordinal), ["-p", _port.ToString(CultureInfo.InvariantCulture), "FLUSHALL"]);
        cli.WaitForExit();
    }
}
