using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Circuits;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cafe.Embeddings.Redis;

/// <summary>
/// A connection that never makes a request wait longer than the request says. It connects in the background; operations have
/// a budget each (StackExchange.Redis checks its own timeouts about once a second only); after failures in a row the circuit
/// opens, operations then return at once, and a probe in the background closes it again.
/// </summary>
public sealed class RedisConnection : BackgroundService
{
    private static readonly TimeSpan ProbeBudget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusalLogInterval = TimeSpan.FromMinutes(1);
    private readonly RedisSettings _settings;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisConnection> _logger;
    private readonly FailureCircuit _circuit;
    private readonly SemaphoreSlim _opened = new(1, 1);
    private readonly Func<ConfigurationOptions, Task<IConnectionMultiplexer>> _connect;
    private IConnectionMultiplexer? _multiplexer;
    private long _refusalLogged;

    /// <summary>Nothing is opened before <see cref="BackgroundService.StartAsync"/>.</summary>
    public RedisConnection(IOptions<RedisSettings> settings, CacheMetrics metrics, TimeProvider time, ILogger<RedisConnection> logger)
        : this(settings, metrics, time, logger, async options => await ConnectionMultiplexer.ConnectAsync(options))
    {
    }

    internal RedisConnection(
        IOptions<RedisSettings> settings, CacheMetrics metrics, TimeProvider time, ILogger<RedisConnection> logger, Func<ConfigurationOptions, Task<IConnectionMultiplexer>> connect)
    {
        _settings = settings.Value;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _connect = connect;
        _circuit = new FailureCircuit(_settings.FailuresToOpen, open: true, time);
        metrics.Watch(() => _settings.Enabled && _circuit.IsOpen);
    }

    /// <summary>A server is configured.</summary>
    public bool Enabled => _settings.Enabled;

    /// <summary>Operations reach Redis; false also while it is being connected for the first time.</summary>
    public bool Available => _multiplexer is not null && !_circuit.IsOpen;

    /// <summary>Runs an operation within its budget.</summary>
    /// <param name="operation">Names it in the metrics.</param>
    /// <param name="budget">How long it may take, the time in StackExchange.Redis's own queues included.</param>
    /// <param name="run">Starts it.</param>
    /// <param name="cancellation">The caller's; cancellation throws, everything else is an answer.</param>
    /// <param name="discard">Frees a result that came after the budget.</param>
    public async ValueTask<RedisResult<T>> Run<T>(
        string operation, TimeSpan budget, Func<IDatabase, Task<T>> run, CancellationToken cancellation, Action<T>? discard = null)
    {
        if (_multiplexer is not { } multiplexer || _circuit.IsOpen)
        {
            _metrics.Count(operation, "unavailable");
            return default;
        }

        var started = _time.GetTimestamp();
        Task<T>? task = null;
        try
        {
            task = run(multiplexer.GetDatabase());
            var value = await task.WaitAsync(budget, _time, cancellation);
            _circuit.Success();
            _metrics.Took(operation, _time.GetElapsedTime(started));
            return new RedisResult<T>(true, value);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Abandon(task, discard);
            throw;
        }
        catch (RedisServerException e)
        {
            // It answered, if only that it is full or loading: no reason to leave it alone, reads may still work.
            _circuit.Success();
            _metrics.Count(operation, "refused");
            LogRefusal(operation, e.Message);
            return default;
        }
        catch (Exception e) when (e is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException)
        {
            Abandon(task, discard);
            _metrics.Count(operation, e is TimeoutException ? "late" : "unavailable");
            if (_circuit.Failure(started))
            {
                Log.CircuitOpened(_logger, e.Message);
                Release();
            }

            return default;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _multiplexer?.Dispose();
        _opened.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Enabled)
        {
            return;
        }

        await Task.Yield(); // connecting must not hold up the host's start
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!_circuit.IsOpen)
            {
                await _opened.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Pause(stoppingToken); // what was late several times in a row may still answer a ping: it is let alone first
                continue;
            }

            if (await Probe(stoppingToken))
            {
                _circuit.Close();
                Log.CircuitClosed(_logger);
                continue;
            }

            await Pause(stoppingToken);
        }
    }

    private async Task Pause(CancellationToken stopping) =>
        await Task.Delay(TimeSpan.FromMilliseconds(_settings.ProbeMilliseconds), _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<bool> Probe(CancellationToken stopping)
    {
        try
        {
            _multiplexer ??= await _connect(Options(_settings.Configuration!));
            var ping = _multiplexer.GetDatabase().PingAsync();
            Observe(ping);
            await ping.WaitAsync(ProbeBudget, _time, stopping);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is (a name that doesn't resolve, a refused password), it is the cache's trouble and not the service's.
            Log.ProbeFailed(_logger, e.Message);
            return false;
        }
    }

    private void LogRefusal(string operation, string message)
    {
        var (now, last) = (_time.GetTimestamp(), Interlocked.Read(ref _refusalLogged));
        if ((last == 0 || _time.GetElapsedTime(last, now) > RefusalLogInterval) && Interlocked.CompareExchange(ref _refusalLogged, now, last) == last)
        {
            Log.Refused(_logger, operation, message, RequestIds.Current);
        }
    }

    private void Release()
    {
        if (_opened.CurrentCount == 0)
        {
            _opened.Release();
        }
    }

    private static ConfigurationOptions Options(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, 2000);
        options.ReconnectRetryPolicy = new LinearRetry(250);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        options.SetClientLibrary = false;
        return options;
    }

    private static void Abandon<T>(Task<T>? task, Action<T>? discard)
    {
        if (task is null)
        {
            return;
        }

        Observe(task);
        if (discard is not null)
        {
            task.ContinueWith(
                late => discard(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    // A late failure has nobody left to tell.
    private static void Observe(Task task) =>
        task.ContinueWith(late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
