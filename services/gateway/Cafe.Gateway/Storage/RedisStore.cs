using Cafe.Gateway.Configuration;
using Cafe.Gateway.Telemetry;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace Cafe.Gateway.Storage;

/// <summary>
/// The store in Redis. Every operation has a budget of its own, since the client's timeouts tick about once a second; a store
/// that is down or frozen opens a breaker and then costs callers nothing.
/// </summary>
public sealed class RedisStore : IGatewayStore, IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly ResiliencePipeline _breaker;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection;

    /// <summary>A store; connected on first use.</summary>
    public RedisStore(StoreOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<RedisStore> logger)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _connection = new Lazy<Task<ConnectionMultiplexer>>(ConnectAsync);
        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.9,
                MinimumThroughput = 2,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(options.BreakSeconds),
                ShouldHandle = new PredicateBuilder().Handle<RedisException>().Handle<TimeoutException>().Handle<ObjectDisposedException>(),
            })
            .Build();
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
        if (_connection.IsValueCreated && _connection.Value.IsCompletedSuccessfully)
        {
            await _connection.Value.Result.DisposeAsync();
        }
    }

    private async Task<T> RunAsync<T>(Func<IDatabaseAsync, Task<T>> operation, CancellationToken cancellationToken)
    {
        try
        {
            return await _breaker.ExecuteAsync(
                async token =>
                {
                    var connection = await _connection.Value.WaitAsync(Timeout, _time, token);
                    return await operation(connection.GetDatabase()).WaitAsync(Timeout, _time, token);
                },
                cancellationToken);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or BrokenCircuitException or ObjectDisposedException)
        {
            _metrics.StoreFailure();
            if (failure is not BrokenCircuitException)
            {
                Log.StoreFailed(_logger, failure.Message);
            }

            throw new StoreUnavailableException("The store can't be reached.", failure);
        }
    }

    private TimeSpan Timeout => TimeSpan.FromSeconds(_options.TimeoutSeconds);

    private RedisKey Key(string key) => _options.KeyPrefix + key;

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        var configuration = ConfigurationOptions.Parse(_options.Redis);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = 2000;
        configuration.ClientName = "cafe-gateway";
        return ConnectionMultiplexer.ConnectAsync(configuration);
    }
}
