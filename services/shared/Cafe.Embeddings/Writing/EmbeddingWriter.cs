using Cafe.Embeddings.Values;
using Cafe.V1;

namespace Cafe.Embeddings.Writing;

/// <summary>
/// The encoder's side of the cache: what is there is not encoded, what several ask for at once is encoded once - in this
/// process by joining, across processes by a lease in Redis - and what can't be cached is encoded all the same.
/// </summary>
public sealed class EmbeddingWriter(EmbeddingCache cache, CostEstimate cost, TimeProvider time)
{
    private readonly Flights<(EmbeddingKey Key, bool Bypass), EncodedResult> _flights = new();

    /// <summary>Encodings and look-ups under way.</summary>
    public int Running => _flights.Count;

    /// <summary>An embedding from the cache, or else encoded and written.</summary>
    /// <param name="key">What it is made of.</param>
    /// <param name="values">Whether the values are wanted, not the reference alone.</param>
    /// <param name="bypass">Don't read the cache.</param>
    /// <param name="encode">Makes it; its token is cancelled when nobody waits for this key any more.</param>
    /// <param name="cancellation">The caller's.</param>
    public async Task<EncodedResult> GetOrEncode(
        EmbeddingKey key, bool values, bool bypass, Func<CancellationToken, Task<EmbeddingValue>> encode, CancellationToken cancellation)
    {
        while (true)
        {
            var (result, joined) = await _flights.Run((key, bypass), token => Obtain(key, values, bypass, encode, token), cancellation);
            if (values && result.Value is null)
            {
                // The one we joined wanted the reference alone.
                if ((await cache.TryGet(key, Budget, cancellation)).Value is not { } value)
                {
                    bypass = true;
                    continue;
                }

                result = result with { Value = value };
            }

            return joined && result.Outcome == CacheOutcome.Miss ? result with { Outcome = CacheOutcome.Joined } : result;
        }
    }

    /// <summary>Budget of the encoder's reads.</summary>
    public TimeSpan Budget => cost.ReadBudget(cache.LeastReadBudget, cache.ReadBudget);

    private async Task<EncodedResult> Obtain(
        EmbeddingKey key, bool values, bool bypass, Func<CancellationToken, Task<EmbeddingValue>> encode, CancellationToken cancellation)
    {
        if (!bypass && await Find(key, values, CacheOutcome.Hit, cancellation) is { } hit)
        {
            return hit;
        }

        var owner = Guid.NewGuid().ToString("N");
        var lease = cost.Lease(cache.LeastLease);
        var deadline = time.GetTimestamp() + (long)(lease.TotalSeconds * time.TimestampFrequency);
        var claimed = false;
        while (!bypass && cache.Available)
        {
            var claim = await cache.Claim(key, owner, lease, Budget, cancellation);
            claimed = claim is { Reached: true, Value: true };
            if (claimed || !claim.Reached || time.GetTimestamp() > deadline)
            {
                break; // ours; or Redis failed; or the other one takes too long: encoding twice beats waiting
            }

            await Task.Delay(cost.Poll, time, cancellation);
            if (await Find(key, values, CacheOutcome.Joined, cancellation) is { } joined)
            {
                return joined;
            }
        }

        try
        {
            // Between the first look and the claim another process may have finished.
            if (claimed && await Find(key, values, CacheOutcome.Joined, cancellation) is { } joined)
            {
                return joined;
            }

            var value = await encode(cancellation);
            var cached = await cache.Set(key, value, cancellation);
            return new EncodedResult(key, value, cached, cached ? CacheOutcome.Miss : CacheOutcome.Unavailable);
        }
        finally
        {
            if (claimed)
            {
                _ = cache.Unclaim(key, owner).AsTask(); // never throws; the result need not wait for it
            }
        }
    }

    private async Task<EncodedResult?> Find(EmbeddingKey key, bool values, CacheOutcome outcome, CancellationToken cancellation)
    {
        if (!values)
        {
            return (await cache.Touch(key, Budget, cancellation)).Value ? new EncodedResult(key, null, Cached: true, outcome) : null;
        }

        return (await cache.TryGet(key, Budget, cancellation)).Value is { } value ? new EncodedResult(key, value, Cached: true, outcome) : null;
    }
}
