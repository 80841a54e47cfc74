using Cafe.Scheduling.Queue;

namespace Cafe.Encoder.Scheduling;

/// <summary>How urgent work is that several callers may wait for: as urgent as the most urgent of them, from the moment that one comes.</summary>
internal sealed class SharedUrgency(WorkClass first)
{
    private readonly Lock _gate = new();
    private readonly List<Action<WorkClass>> _watchers = [];
    private WorkClass _class = first;

    /// <summary>The class now.</summary>
    public WorkClass Class
    {
        get { lock (_gate) { return _class; } }
    }

    /// <summary>One more caller waits.</summary>
    public void Join(WorkClass workClass)
    {
        lock (_gate)
        {
            if (workClass < _class)
            {
                _class = workClass;
                _watchers.ForEach(watcher => watcher(workClass));
            }
        }
    }

    /// <summary>Told the class now, and whenever it rises.</summary>
    public void Watch(Action<WorkClass> watcher)
    {
        lock (_gate)
        {
            watcher(_class);
            _watchers.Add(watcher);
        }
    }
}
