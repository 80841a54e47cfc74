using Cafe.Embeddings;
using Cafe.Encoder.Scheduling;
using Cafe.Scheduling.Queue;

namespace Cafe.Encoder.Pictures;

/// <summary>The urgency of each embedding that somebody waits for.</summary>
internal sealed class SharedUrgencies
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EmbeddingKey, (SharedUrgency Urgency, int Callers)> _awaited = [];

    /// <summary>Callers that wait.</summary>
    public int Callers
    {
        get
        {
            lock (_gate)
            {
                return _awaited.Values.Sum(awaited => awaited.Callers);
            }
        }
    }

    /// <summary>A caller begins to wait; <see cref="Leave"/> follows.</summary>
    public SharedUrgency Join(EmbeddingKey key, WorkClass workClass)
    {
        lock (_gate)
        {
            var (urgency, callers) = _awaited.TryGetValue(key, out var awaited) ? awaited : (new SharedUrgency(workClass), 0);
            _awaited[key] = (urgency, callers + 1);
            urgency.Join(workClass);
            return urgency;
        }
    }

    /// <summary>A caller waits no more.</summary>
    public void Leave(EmbeddingKey key)
    {
        lock (_gate)
        {
            var (urgency, callers) = _awaited[key];
            if (callers == 1)
            {
                _awaited.Remove(key);
            }
            else
            {
                _awaited[key] = (urgency, callers - 1);
            }
        }
    }
}
