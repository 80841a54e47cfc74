using Cafe.Embeddings.Redis;
using Cafe.Embeddings.Values;
using Cafe.ServiceDefaults.Calls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cafe.Embeddings;

/// <summary>
/// The shared cache, by key. Nothing here throws because of Redis: an answer is a value, its absence, or that Redis couldn't
/// be asked in time. Without a configured Redis every answer is the last one.
/// </summary>
public sealed class EmbeddingCache(RedisConnection redis, IOptions<RedisSettings> settings, CacheMetrics metrics, ILogger<EmbeddingCache> logger)
{
    private readonly RedisSettings _settings = settings.Value;

    /// <summary>A cache is configured.</summary>
    public bool Enabled => redis.Enabled;

    /// <summary>Redis can be asked now.</summary>
    public bool Available => redis.Available;

    /// <summary>The most that a read may take.</summary>
    public TimeSpan ReadBudget => TimeSpan.FromMilliseconds(_settings.ReadBudgetMilliseconds);

    /// <summary>The least that the encoder grants a read.</summary>
    public TimeSpan LeastReadBudget => TimeSpan.FromMilliseconds(_settings.LeastReadBudgetMilliseconds);

    /// <summary>What a stage grants a read: as long as a miss would cost, at most <see cref="ReadBudget"/>.</summary>
    /// <param name="costSeconds">Seconds that encoding anew takes; 0 where nobody said.</param>
    public TimeSpan StageReadBudget(double costSeconds) => costSeconds > 0
        ? TimeSpan.FromMilliseconds(Math.Min(_settings.ReadBudgetMilliseconds, (costSeconds * 1000) + _settings.MissMilliseconds))
        : ReadBudget;

    /// <summary>The least that a claim lives without being renewed.</summary>
    public TimeSpan LeastLease => TimeSpan.FromSeconds(_settings.LeastLeaseSeconds);

    /// <summary>Most bytes of embeddings that the encoder keeps for a while after it made them; 0 without a cache.</summary>
    public long RecentBytes => Enabled ? (long)_settings.RecentMebibytes << 20 : 0;

    /// <summary>How long the encoder keeps them.</summary>
    public TimeSpan RecentTime => TimeSpan.FromSeconds(_settings.RecentSeconds);

    private TimeSpan WriteBudget => TimeSpan.FromMilliseconds(_settings.WriteBudgetMilliseconds);

    /// <summary>Reads an embedding. A damaged value is removed and counts as missing (null).</summary>
    /// <param name="key">What to read.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="cancellation">The caller's.</param>
    public async ValueTask<RedisResult<EmbeddingValue>> TryGet(EmbeddingKey key, TimeSpan budget, CancellationToken cancellation)
    {
        var read = await redis.Run(
            "get", budget, database => database.StringGetLeaseAsync(key.RedisKey), cancellation, late => late?.Dispose());
        if (!read.Reached)
        {
            return default;
        }

        using var bytes = read.Value;
        if (bytes is null)
        {
            metrics.Count("get", "missing");
            return new RedisResult<EmbeddingValue>(true, null);
        }

        try
        {
            var value = EmbeddingCodec.Decode(bytes.Span);
            metrics.Count("get", "found");
            return new RedisResult<EmbeddingValue>(true, value);
        }
        catch (InvalidDataException e)
        {
            metrics.Count("get", "corrupt");
            Log.DamagedValue(logger, key.RedisKey, e.Message, RequestIds.Current);
            await redis.Run("delete", WriteBudget, database => database.KeyDeleteAsync(key.RedisKey), cancellation);
            return new RedisResult<EmbeddingValue>(true, null);
        }
    }

    /// <summary>Whether an embedding is there; if so, its time to live starts anew.</summary>
    public async ValueTask<RedisResult<bool>> Touch(EmbeddingKey key, TimeSpan budget, CancellationToken cancellation)
    {
        var touched = await redis.Run("touch", budget, database => database.KeyExpireAsync(key.RedisKey, _settings.TimeToLive), cancellation);
        if (touched.Reached)
        {
            metrics.Count("touch", touched.Value ? "found" : "missing");
        }

        return touched;
    }

    /// <summary>Writes an embedding. False: it isn't in the cache (Redis failed or was late, or the value is over the bound).</summary>
    public async ValueTask<bool> Set(EmbeddingKey key, EmbeddingValue value, CancellationToken cancellation)
    {
        if (!Enabled)
        {
            return false;
        }

        var length = EmbeddingCodec.Length(value);
        if (length > _settings.MaxValueBytes)
        {
            Log.ValueTooLarge(logger, length, _settings.MaxValueBytes, RequestIds.Current);
            return false;
        }

        if (!redis.Available)
        {
            metrics.Count("set", "unavailable");
            return false; // before the bytes are copied
        }

        var bytes = EmbeddingCodec.Encode(value);
        var written = await redis.Run("set", WriteBudget, database => database.StringSetAsync(key.RedisKey, bytes, _settings.TimeToLive), cancellation);
        if (written is { Reached: true, Value: true })
        {
            metrics.Count("set", "done");
        }

        return written is { Reached: true, Value: true };
    }

    /// <summary>Finds which pixels a picture file became; null where it isn't known.</summary>
    /// <param name="aliasKey">From <see cref="EmbeddingKey.AliasKey"/>.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="cancellation">The caller's.</param>
    public async ValueTask<RedisResult<PictureAlias>> FindAlias(string aliasKey, TimeSpan budget, CancellationToken cancellation)
    {
        var read = await redis.Run("alias", budget, database => database.StringGetAsync(aliasKey), cancellation);
        return new RedisResult<PictureAlias>(read.Reached, read.Reached ? PictureAlias.Parse(read.Value) : null);
    }

    /// <summary>Keeps which pixels a picture file became.</summary>
    public async ValueTask SetAlias(string aliasKey, PictureAlias alias, CancellationToken cancellation) =>
        await redis.Run("alias", WriteBudget, database => database.StringSetAsync(aliasKey, alias.ToBytes(), _settings.TimeToLive), cancellation);

    /// <summary>Claims the encoding of a key for this process. True: claimed; false: another process has it.</summary>
    /// <param name="key">What to encode.</param>
    /// <param name="owner">Unique to the claim.</param>
    /// <param name="duration">After which the claim lapses by itself: its process may have died.</param>
    /// <param name="budget">How long asking may take.</param>
    /// <param name="cancellation">The caller's.</param>
    public ValueTask<RedisResult<bool>> Claim(EmbeddingKey key, string owner, TimeSpan duration, TimeSpan budget, CancellationToken cancellation) =>
        redis.Run("lease", budget, database => database.StringSetAsync(key.LeaseKey, owner, duration, When.NotExists), cancellation);

    /// <summary>Keeps a claim for another while, unless it lapsed and is another's by now.</summary>
    /// <param name="key">What is being encoded.</param>
    /// <param name="owner">The claim's.</param>
    /// <param name="duration">From now.</param>
    public async ValueTask Renew(EmbeddingKey key, string owner, TimeSpan duration) =>
        await redis.Run("lease", ReadBudget, database => database.LockExtendAsync(key.LeaseKey, owner, duration), CancellationToken.None);

    /// <summary>Gives a claim back, unless it lapsed and is another's by now.</summary>
    public async ValueTask Unclaim(EmbeddingKey key, string owner) =>
        await redis.Run("lease", ReadBudget, database => database.LockReleaseAsync(key.LeaseKey, owner), CancellationToken.None);
}
