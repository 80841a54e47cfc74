namespace Cafe.Gateway.Storage;

/// <summary>Where no store is configured.</summary>
public sealed class NoStore : IGatewayStore
{
    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task<bool> SetIfAbsentAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task<bool> ExtendAsync(string key, TimeSpan expiry, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task<bool> TakeLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task<bool> RenewLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken) => throw None();

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(string key, string owner, CancellationToken cancellationToken) => throw None();

    private static StoreUnavailableException None() => new("No store is configured.");
}
