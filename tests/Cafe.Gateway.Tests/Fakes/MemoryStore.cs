using System.Collections.Concurrent;
using Cafe.Gateway.Storage;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>A store in memory that several gateways can share; <see cref="Down"/> makes every operation fail.</summary>
public sealed class MemoryStore : IGatewayStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Value, DateTime Until)> _values = [];

    public bool Down { get; set; }

    public ConcurrentQueue<string> Written { get; } = new();

    public void Flush() => Lose(_ => true);

    /// <summary>Loses some of its keys, as a store does that evicts, or whose writer died in between.</summary>
    public void Lose(Func<string, bool> lost)
    {
        lock (_lock)
        {
            foreach (var key in _values.Keys.Where(lost).ToList())
            {
                _values.Remove(key);
            }
        }
    }

    public Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => Run(() => Live(key));

    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken) => Run(() =>
    {
        Written.Enqueue(key);
        _values[key] = (value.ToArray(), DateTime.UtcNow + expiry);
        return true;
    });

    public Task<bool> SetIfAbsentAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken) => Run(() =>
    {
        if (Live(key) is not null)
        {
            return false;
        }

        _values[key] = (value.ToArray(), DateTime.UtcNow + expiry);
        return true;
    });

    public Task<bool> ExtendAsync(string key, TimeSpan expiry, CancellationToken cancellationToken) => Run(() =>
    {
        if (Live(key) is not { } value)
        {
            return false;
        }

        _values[key] = (value, DateTime.UtcNow + expiry);
        return true;
    });

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => Run(() => _values.Remove(key));

    public Task<bool> TakeLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken) =>
        SetIfAbsentAsync(key, System.Text.Encoding.UTF8.GetBytes(owner), expiry, cancellationToken);

    public Task<bool> RenewLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken) => Run(() =>
    {
        if (Live(key) is not { } held || System.Text.Encoding.UTF8.GetString(held) != owner)
        {
            return false;
        }

        _values[key] = (held, DateTime.UtcNow + expiry);
        return true;
    });

    public Task ReleaseLeaseAsync(string key, string owner, CancellationToken cancellationToken) => Run(() =>
        Live(key) is { } held && System.Text.Encoding.UTF8.GetString(held) == owner && _values.Remove(key));

    private byte[]? Live(string key) => _values.TryGetValue(key, out var entry) && entry.Until > DateTime.UtcNow ? entry.Value : null;

    private Task<T> Run<T>(Func<T> operation)
    {
        lock (_lock)
        {
            return Down ? Task.FromException<T>(new StoreUnavailableException("The store is down.")) : Task.FromResult(operation());
        }
    }
}
