namespace Cafe.Gateway.Storage;

/// <summary>Small values that outlive a gateway process and that several processes share.</summary>
public interface IGatewayStore
{
    /// <summary>The value under a key; null where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked. So with all methods.</exception>
    Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Puts a value under a key for a time.</summary>
    Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken);

    /// <summary>Puts a value under a key that has none; false where it has.</summary>
    Task<bool> SetIfAbsentAsync(string key, ReadOnlyMemory<byte> value, TimeSpan expiry, CancellationToken cancellationToken);

    /// <summary>Keeps a value for longer; false where it is gone.</summary>
    Task<bool> ExtendAsync(string key, TimeSpan expiry, CancellationToken cancellationToken);

    /// <summary>Removes a value.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Claims a name for an owner; false where another holds it.</summary>
    Task<bool> TakeLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken);

    /// <summary>Keeps a claim; false where it was lost.</summary>
    Task<bool> RenewLeaseAsync(string key, string owner, TimeSpan expiry, CancellationToken cancellationToken);

    /// <summary>Gives a claim up, where it is still the owner's.</summary>
    Task ReleaseLeaseAsync(string key, string owner, CancellationToken cancellationToken);
}
