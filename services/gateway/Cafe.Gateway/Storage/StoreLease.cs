namespace Cafe.Gateway.Storage;

/// <summary>A claim in the store that is renewed until it is disposed of.</summary>
public sealed class StoreLease : IAsyncDisposable
{
    private readonly IGatewayStore _store;
    private readonly string _key;
    private readonly string _owner;
    private readonly TimeSpan _expiry;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    private StoreLease(IGatewayStore store, string key, string owner, TimeSpan expiry, TimeProvider time)
    {
        (_store, _key, _owner, _expiry, _time) = (store, key, owner, expiry, time);
        _renewing = RenewAsync();
    }

    /// <summary>Claims a name; null where another holds it.</summary>
    public static async Task<StoreLease?> TryTakeAsync(IGatewayStore store, string key, TimeSpan expiry, TimeProvider time, CancellationToken cancellationToken)
    {
        var owner = Guid.NewGuid().ToString("N");
        return await store.TakeLeaseAsync(key, owner, expiry, cancellationToken)
            ? new StoreLease(store, key, owner, expiry, time)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        try
        {
            await _store.ReleaseLeaseAsync(_key, _owner, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It expires by itself.
        }

        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(_expiry / 3, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await _store.RenewLeaseAsync(_key, _owner, _expiry, _stop.Token);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
            {
                // The next renewal may come through; if none does, the work goes on without its claim.
            }
        }
    }
}
