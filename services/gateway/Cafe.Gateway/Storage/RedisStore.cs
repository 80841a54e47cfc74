using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Circuits;
using StackExchange.Redis;

namespace Cafe.Gateway.Storage;

/// <summary>
/// The store in Redis. Every operation has a budget of its own, since the client's timeouts tick about once a second; a store
/// that is down or frozen opens a circuit and then costs callers nothing: a probe in the background finds out when it is back.
/// </summary>
public sealed class RedisStore : IGatewayStore, IAsyncDisposable
{
    private const int FailuresToOpen = 2;
    private readonly StoreOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FailureCircuit _circuit;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _connecting = new();
    private readonly Func<ConfigurationOptions, Task<IConnectionMultiplexer>> _connect;
    private Task<IConnectionMultiplexer>? _connection;
    private Task _probing = Task.CompletedTask;

    /// <summary>A store; connected on first use.</summary>
    public RedisStore(StoreOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<RedisStore> logger)
        : this(options, metrics, time, logger, async configuration => await ConnectionMultiplexer.ConnectAsync(configuration))
    {
    }

    internal RedisStore(
        StoreOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<RedisStore> logger, Func<ConfigurationOptions, Task<IConnectionMultiplexer>> connect)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _circuit = new FailureCircuit(FailuresToOpen, open: false, time);
        _connect = connect;
    }

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken) =>
        RunAsync(async store => (byte[]?)await store.StringGetAsync(Key(key)), cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken) =>
        RunAsync(store => store.StringSetAsync(Key(key), value, expiry), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetIfAbsentAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken) =>
        RunAsync(store => store.StringSetAsync(Key(key), value, expiry, When.NotExists), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ExtendAsync(string key, TimeSpan expiry, CancellationToken cancellationToken) =>
        RunAsync(store => store.KeyExpireAsync(Key(key), expiry), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        RunAsync(store => store.KeyDeleteAsync(Key(key)), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TakeLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken) =>
        RunAsync(store => store.LockTakeAsync(Key(key), owner, expiry), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RenewLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken) =>
        RunAsync(store => store.LockExtendAsync(Key(key), owner, expiry), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(string key, string owner, CancellationToken cancellationToken) =>
        RunAsync(store => store.LockReleaseAsync(Key(key), owner), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _probing;
        if (_connection is { IsCompletedSuccessfully: true } connection)
        {
            await connection.Result.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<IDatabaseAsync, Task<T>> operation, CancellationToken cancellationToken)
    {
        if (_circuit.IsOpen)
        {
            _metrics.StoreFailure();
            throw new StoreUnavailableException("The store can't be reached.");
        }

        var started = _time.GetTimestamp();
        try
        {
            var connection = await ConnectionAsync().WaitAsync(Timeout, _time, cancellationToken);
            var value = await operation(connection.GetDatabase()).WaitAsync(Timeout, _time, cancellationToken);
            _circuit.Success();
            return value;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            _metrics.StoreFailure();
            Log.StoreFailed(_logger, failure.Message);
            if (failure is RedisServerException)
            {
                // It answered, if only that it is full or loading: no reason to leave it alone.
                _circuit.Success();
            }
            else if (_circuit.Failure(started))
            {
                _probing = ProbeAsync();
            }

            throw new StoreUnavailableException("The store can't be reached.", failure);
        }
    }

    private async Task ProbeAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(_options.BreakSeconds), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            try
            {
                var connection = await ConnectionAsync().WaitAsync(Timeout, _time, _stop.Token);
                await connection.GetDatabase().PingAsync().WaitAsync(Timeout, _time, _stop.Token);
                _circuit.Close();
                Log.StoreAnswers(_logger);
                return;
            }
            catch (Exception)
            {
                // Still down, for whatever reason; the circuit stays open, and the next probe finds out.
            }
        }
    }

    // A connection that could not be made, a name that did not resolve, is tried again.
    private Task<IConnectionMultiplexer> ConnectionAsync()
    {
        lock (_connecting)
        {
            return _connection is null or { IsFaulted: true } or { IsCanceled: true } ? _connection = _connect(Configuration()) : _connection;
        }
    }

    private TimeSpan Timeout => TimeSpan.FromSeconds(_options.TimeoutSeconds);

    private RedisKey Key(string key) => _options.KeyPrefix + key;

    private ConfigurationOptions Configuration()
    {
        var configuration = ConfigurationOptions.Parse(_options.Redis);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = 2000;
        configuration.ClientName = "cafe-gateway";
        return configuration;
    }
}
