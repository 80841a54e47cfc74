using Cafe.Embeddings.Values;
using Cafe.V1;

namespace Cafe.Embeddings.Writing;

/// <summary>
/// The encoder's side of the cache: what is there is not encoded, what several ask for at once is encoded once - in this
/// process by joining, and by keeping what was just encoded; across processes by a lease in Redis - and what can't be cached is
/// encoded all the same. A Redis that is late costs at most a second encoding in another process, never one in this.
/// </summary>
public sealed class EmbeddingWriter(EmbeddingCache cache, CostEstimate cost, TimeProvider time)
{
    // Whoever encodes renews its lease; one that still does after so long is stuck, and encoding twice beats waiting.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private readonly Flights<(EmbeddingKey Key, bool Values), EncodedResult?> _lookUps = new();
    private readonly Flights<(EmbeddingKey Key, bool Bypass), EncodedResult> _encodings = new();
    private readonly Flights<EmbeddingKey, bool> _restorings = new();
    private readonly RecentEmbeddings _recent = new(cache.RecentBytes, cache.RecentTime, time);

    /// <summary>Encodings, look-ups and writes under way.</summary>
    public int Running => _lookUps.Count + _encodings.Count + _restorings.Count;

    /// <summary>Budget of the encoder's reads.</summary>
    public TimeSpan Budget => cost.ReadBudget(cache.LeastReadBudget, cache.ReadBudget);

    /// <summary>An embedding from the cache, or else encoded and written.</summary>
    /// <param name="key">What it is made of.</param>
    /// <param name="values">Whether the values are wanted, not the reference alone.</param>
    /// <param name="bypass">Don't read the cache.</param>
    /// <param name="encode">Makes it; its token is cancelled when nobody waits for this key any more.</param>
    /// <param name="cancellation">The caller's.</param>
    public async Task<EncodedResult> GetOrEncode(
        EmbeddingKey key, bool values, bool bypass, Func<CancellationToken, Task<EmbeddingValue>> encode, CancellationToken cancellation)
    {
        if (!bypass)
        {
            if (Recent(key, CacheOutcome.Hit) is { } recent)
            {
                if (values || !recent.Cached)
                {
                    // Written too late, or asked for by value because a stage didn't find it: the cache should have it again.
                    _ = Restore(recent); // never throws; the result need not wait for it
                }

                return recent;
            }

            var (found, _) = await _lookUps.Run((key, values), token => LookUp(key, values, token), cancellation);
            if (found is not null)
            {
                return found;
            }
        }

        // Whoever wants the reference and whoever wants the values share the work: it always brings the values.
        var (result, joined) = await _encodings.Run((key, bypass), token => Obtain(key, bypass, encode, token), cancellation);
        return joined && result.Outcome == CacheOutcome.Miss ? result with { Outcome = CacheOutcome.Joined } : result;
    }

    private async Task<EncodedResult> Obtain(EmbeddingKey key, bool bypass, Func<CancellationToken, Task<EmbeddingValue>> encode, CancellationToken cancellation)
    {
        // Between a caller's look into the cache and this flight the one before may have landed.
        if (!bypass && Recent(key, CacheOutcome.Joined) is { } recent)
        {
            return recent;
        }

        if (bypass || !cache.Available)
        {
            return await Encode(key, encode, cancellation);
        }

        var owner = Guid.NewGuid().ToString("N");
        var lease = cost.Lease(cache.LeastLease);
        var (claimed, joined) = await ClaimOrJoin(key, owner, lease, cancellation);
        if (joined is not null)
        {
            return joined;
        }

        using var done = new CancellationTokenSource();
        var renewing = claimed ? Renew(key, owner, lease, done.Token) : Task.CompletedTask;
        try
        {
            // Between the first look and the claim another process may have finished. Redis has just answered: it is worth a wait.
            return claimed && await Read(key, cache.ReadBudget, cancellation) is { } written ? written : await Encode(key, encode, cancellation);
        }
        finally
        {
            await done.CancelAsync();
            _ = Unclaim(key, owner, renewing); // never throws; the result need not wait for it
        }
    }

    // Not claimed and not joined: Redis failed or was late, or the other process takes too long.
    private async Task<(bool Claimed, EncodedResult? Joined)> ClaimOrJoin(EmbeddingKey key, string owner, TimeSpan lease, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var claim = await cache.Claim(key, owner, lease, Budget, cancellation);
            if (!claim.Reached || claim.Value || time.GetElapsedTime(started) > LongestWait)
            {
                return (claim is { Reached: true, Value: true }, null);
            }

            await Task.Delay(cost.Poll, time, cancellation);
            if (await Read(key, Budget, cancellation) is { } joined)
            {
                return (false, joined);
            }
        }
    }

    private async Task<EncodedResult> Encode(EmbeddingKey key, Func<CancellationToken, Task<EmbeddingValue>> encode, CancellationToken cancellation)
    {
        var value = await encode(cancellation);
        var cached = await cache.Set(key, value, cancellation);
        var result = new EncodedResult(key, value, cached, cached ? CacheOutcome.Miss : CacheOutcome.Unavailable);
        _recent.Add(result);
        return result;
    }

    private async Task Restore(EncodedResult recent)
    {
        if (!cache.Available)
        {
            return;
        }

        var (written, _) = await _restorings.Run(recent.Key, token => Write(recent, token), CancellationToken.None);
        if (written && !recent.Cached)
        {
            _recent.MarkCached(recent.Key);
        }
    }

    private async Task<bool> Write(EncodedResult recent, CancellationToken cancellation) =>
        (recent.Cached && (await cache.Touch(recent.Key, Budget, cancellation)).Value) || await cache.Set(recent.Key, recent.Value!, cancellation);

    // The lease covers the queue, the decoding and the encoding, however long they take, and lapses soon after its process died.
    private async Task Renew(EmbeddingKey key, string owner, TimeSpan lease, CancellationToken done)
    {
        while (true)
        {
            await Task.Delay(lease / 3, time, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
            {
                return;
            }

            await cache.Renew(key, owner, lease);
        }
    }

    // A claim whose answer was late may have been made all the same.
    private async Task Unclaim(EmbeddingKey key, string owner, Task renewing)
    {
        await renewing;
        await cache.Unclaim(key, owner);
    }

    private EncodedResult? Recent(EmbeddingKey key, CacheOutcome outcome) =>
        _recent.Find(key) is { } recent ? recent with { Outcome = recent.Cached ? outcome : CacheOutcome.Unavailable } : null;

    private async Task<EncodedResult?> LookUp(EmbeddingKey key, bool values, CancellationToken cancellation)
    {
        if (!values)
        {
            return (await cache.Touch(key, Budget, cancellation)).Value ? new EncodedResult(key, null, Cached: true, CacheOutcome.Hit) : null;
        }

        return await Read(key, Budget, cancellation) is { } read ? read with { Outcome = CacheOutcome.Hit } : null;
    }

    private async Task<EncodedResult?> Read(EmbeddingKey key, TimeSpan budget, CancellationToken cancellation) =>
        (await cache.TryGet(key, budget, cancellation)).Value is { } value ? new EncodedResult(key, value, Cached: true, CacheOutcome.Joined) : null;
}
