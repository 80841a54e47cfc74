namespace Cafe.Embeddings.Writing;

/// <summary>
/// What this process has just encoded, for a while: identical pictures that come one after the other are encoded once even
/// while the cache is late or left alone. Bounded in bytes; the oldest go first. Thread-safe.
/// </summary>
/// <param name="maxBytes">Most bytes held; 0 holds nothing.</param>
/// <param name="longest">How long an embedding stays at most; zero holds nothing.</param>
/// <param name="time">The clock.</param>
public sealed class RecentEmbeddings(long maxBytes, TimeSpan longest, TimeProvider time)
{
    // An entry's share of the bookkeeping: it bounds the number of small ones.
    private const int Overhead = 1024;
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = [];
    private readonly Dictionary<EmbeddingKey, LinkedListNode<Entry>> _byKey = [];
    private long _bytes;

    /// <summary>Bytes held now, those counted that are about to be let go.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The embedding as it was encoded, with its values; null where it isn't recent.</summary>
    public EncodedResult? Find(EmbeddingKey key)
    {
        lock (_lock)
        {
            LetGo();
            return _byKey.TryGetValue(key, out var node) ? node.Value.Result : null;
        }
    }

    /// <summary>Keeps an embedding that was just encoded, in place of an older one of the same key.</summary>
    /// <param name="result">With its values.</param>
    public void Add(EncodedResult result)
    {
        var bytes = (2L * result.Value!.Data.Length) + Overhead;
        if (bytes > maxBytes || longest <= TimeSpan.Zero)
        {
            return;
        }

        lock (_lock)
        {
            if (_byKey.TryGetValue(result.Key, out var older))
            {
                Remove(older);
            }

            _byKey[result.Key] = _entries.AddLast(new Entry(result, bytes, time.GetTimestamp()));
            _bytes += bytes;
            LetGo();
        }
    }

    /// <summary>It is in the cache now; it stays here no longer for that.</summary>
    public void MarkCached(EmbeddingKey key)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var node))
            {
                node.Value = node.Value with { Result = node.Value.Result with { Cached = true } };
            }
        }
    }

    private void LetGo()
    {
        while (_entries.First is { } oldest && (_bytes > maxBytes || time.GetElapsedTime(oldest.Value.Added) >= longest))
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove(node);
        _byKey.Remove(node.Value.Result.Key);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(EncodedResult Result, long Bytes, long Added);
}
