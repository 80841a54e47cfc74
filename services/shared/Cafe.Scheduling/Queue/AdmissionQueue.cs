using System.Diagnostics.CodeAnalysis;
using Cafe.Scheduling.Fairness;

namespace Cafe.Scheduling.Queue;

/// <summary>
/// A stage's bounded queue. Callers enqueue from any thread and are rejected at once, with a delay, when it is full;
/// the stage's loop takes the best item whenever it has room, and says when one is done. Knows no model, no network
/// and no clock but the TimeProvider's.
/// </summary>
/// <typeparam name="T">The stage's own request.</typeparam>
public sealed class AdmissionQueue<T>
{
    private readonly Lock _gate = new();
    private readonly List<WorkItem<T>> _waiting = [];
    private readonly HashSet<WorkItem<T>> _running = [];
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;
    private readonly TenantShares _shares = new();
    private readonly WorkOrder _order;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;
    private double _speed = 1;
    private bool _draining;

    /// <summary>Creates an empty queue.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    public AdmissionQueue(QueueOptions options, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _time = time;
        _order = new WorkOrder(options, _shares, time);
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting
    {
        get { lock (_gate) { return _waiting.Count; } }
    }

    /// <summary>Requests taken and not completed.</summary>
    public int Running
    {
        get { lock (_gate) { return _running.Count; } }
    }

    /// <summary>No more work is taken.</summary>
    public bool Draining
    {
        get { lock (_gate) { return _draining; } }
    }

    /// <summary>Seconds that a request coming now, behind all others, would wait.</summary>
    public double PredictedWaitSeconds
    {
        get { lock (_gate) { return WaitBehind(_waiting); } }
    }

    /// <summary>
    /// Rejects a request before anything is done for it, where <see cref="Enqueue"/> would; passing is no promise.
    /// </summary>
    /// <exception cref="RejectedException">Full, or draining.</exception>
    public void ThrowIfFull(string tenant, WorkClass workClass)
    {
        lock (_gate)
        {
            MakeRoom(tenant, workClass);
        }
    }

    /// <summary>
    /// Adds a request, or rejects it at once. On a full queue an interactive request takes the place of the last
    /// batch one, and a tenant with clearly fewer places that of the tenant with the most, where those can be displaced.
    /// </summary>
    /// <param name="work">The stage's own request.</param>
    /// <param name="tenant">Whom to be fair between; may be empty.</param>
    /// <param name="workClass">Its class.</param>
    /// <param name="costSeconds">Predicted seconds of work, alone on the device; 0 or more.</param>
    /// <param name="deadline">When the caller gives up; null for never.</param>
    /// <param name="displaced">Told, outside the queue's lock, when a better claim takes the place; null keeps the place.</param>
    /// <exception cref="RejectedException">Full, or draining.</exception>
    public WorkItem<T> Enqueue(
        T work,
        string tenant,
        WorkClass workClass,
        double costSeconds,
        DateTimeOffset? deadline = null,
        Action<RejectedException>? displaced = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(costSeconds);
        WorkItem<T>? victim;
        WorkItem<T> item;
        TaskCompletionSource arrival;
        TimeSpan retry;
        lock (_gate)
        {
            retry = RetryAfter();
            victim = MakeRoom(tenant, workClass);
            if (victim is not null)
            {
                RemoveLocked(victim);
            }

            var now = _time.GetTimestamp();
            item = new WorkItem<T>(work, tenant, workClass, costSeconds, now, ToTimestamp(deadline, now), _sequence++)
            {
                Displaced = displaced,
            };
            _waiting.Add(item);
            _shares.Enter(tenant);
            arrival = _arrival;
        }

        victim?.Displaced?.Invoke(new RejectedException(
            RejectionReason.Displaced, retry, "The queue is full, and a more urgent request or one of another caller took this place."));
        arrival.TrySetResult();
        return item;
    }

    /// <summary>Takes the best waiting request and charges its tenant the predicted cost.</summary>
    public bool TryTake([NotNullWhen(true)] out WorkItem<T>? item)
    {
        lock (_gate)
        {
            item = _waiting.MinBy(_order.Rank);
            if (item is null)
            {
                return false;
            }

            StartLocked(item);
            _shares.Charge(item.Tenant, item.CostSeconds);
            return true;
        }
    }

    /// <summary>
    /// Takes this very request, for stages that choose themselves (see <see cref="Candidates"/>); charges nothing:
    /// charge what it uses. False when it left meanwhile.
    /// </summary>
    public bool Take(WorkItem<T> item)
    {
        lock (_gate)
        {
            if (!_waiting.Contains(item))
            {
                return false;
            }

            StartLocked(item);
            return true;
        }
    }

    /// <summary>The waiting and, if asked, the running requests, best first, each with its rank.</summary>
    public List<(WorkItem<T> Item, WorkRank Rank)> Candidates(bool includeRunning)
    {
        lock (_gate)
        {
            var ranked = (includeRunning ? _running.Concat(_waiting) : _waiting)
                .Select(item => (Item: item, Rank: _order.Rank(item)))
                .ToList();
            ranked.Sort(static (left, right) => left.Rank.CompareTo(right.Rank));
            return ranked;
        }
    }

    /// <summary>Which of these requests goes first now, by the order that waiting ones are taken in; null where there are none.</summary>
    public WorkItem<T>? First(IEnumerable<WorkItem<T>> items)
    {
        lock (_gate)
        {
            return items.MinBy(_order.Rank);
        }
    }

    /// <summary>A request turned out more urgent than it was sent: somebody else waits for it, too. Less urgent it never gets.</summary>
    public void Raise(WorkItem<T> item, WorkClass workClass)
    {
        lock (_gate)
        {
            item.Class = workClass < item.Class ? workClass : item.Class;
        }
    }

    /// <summary>The request's tenant received service, in seconds; negative corrects an estimate.</summary>
    public void Charge(WorkItem<T> item, double seconds)
    {
        lock (_gate)
        {
            _shares.Charge(item.Tenant, seconds);
        }
    }

    /// <summary>
    /// Seconds of work (as predicted alone) done in seconds of time: how much batching gains. Smoothed; predicts waits.
    /// </summary>
    public void ObserveSpeed(double workSeconds, double elapsedSeconds)
    {
        if (workSeconds > 0 && elapsedSeconds > 0)
        {
            lock (_gate)
            {
                _speed += 0.1 * (Math.Clamp(workSeconds / elapsedSeconds, 0.01, 1_000) - _speed);
            }
        }
    }

    /// <summary>Removes a request that still waits (cancelled, expired). False when it was taken or removed already.</summary>
    public bool Remove(WorkItem<T> item)
    {
        lock (_gate)
        {
            var removed = RemoveLocked(item);
            SignalIfDrained();
            return removed;
        }
    }

    /// <summary>Removes and returns the waiting requests whose deadline has passed.</summary>
    public List<WorkItem<T>> RemoveExpired()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var expired = _waiting.Where(item => item.DeadlineTimestamp <= now).ToList();
            expired.ForEach(item => RemoveLocked(item));
            SignalIfDrained();
            return expired;
        }
    }

    /// <summary>A taken request is done, however it ended. Calling again does nothing.</summary>
    public void Complete(WorkItem<T> item)
    {
        lock (_gate)
        {
            if (_running.Remove(item))
            {
                _shares.Leave(item.Tenant);
                SignalIfDrained();
            }
        }
    }

    /// <summary>Where a waiting request stands; null when it no longer waits.</summary>
    public WaitEstimate? Estimate(WorkItem<T> item)
    {
        lock (_gate)
        {
            if (!_waiting.Contains(item))
            {
                return null;
            }

            var rank = _order.Rank(item);
            var ahead = _waiting.Where(other => other != item && _order.Rank(other).CompareTo(rank) < 0).ToList();
            return new WaitEstimate(ahead.Count, WaitBehind(ahead));
        }
    }

    /// <summary>Completes when a request waits.</summary>
    public async ValueTask WaitForWorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    return;
                }

                if (_arrival.Task.IsCompleted)
                {
                    _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more work; completes when everything that waits or runs is done.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _draining = true;
            SignalIfDrained();
            return _drained.Task;
        }
    }

    private void StartLocked(WorkItem<T> item)
    {
        _waiting.Remove(item);
        _running.Add(item);
    }

    private bool RemoveLocked(WorkItem<T> item)
    {
        if (!_waiting.Remove(item))
        {
            return false;
        }

        _shares.Leave(item.Tenant);
        return true;
    }

    private void SignalIfDrained()
    {
        if (_draining && _waiting.Count == 0 && _running.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    private double WaitBehind(IEnumerable<WorkItem<T>> ahead) =>
        (_running.Sum(item => item.CostSeconds) + ahead.Sum(item => item.CostSeconds)) / _speed;

    // Half the predicted wait: places free up all the while, and a caller that comes too early only asks once more.
    private TimeSpan RetryAfter() => TimeSpan.FromSeconds(
        Math.Clamp(WaitBehind(_waiting) / 2, _options.MinRetrySeconds, _options.MaxRetrySeconds));

    /// <summary>Whose place a newcomer would take; null where there is a free one.</summary>
    private WorkItem<T>? MakeRoom(string tenant, WorkClass workClass)
    {
        if (_draining)
        {
            throw new RejectedException(RejectionReason.Draining, RetryAfter(), "This process is about to stop and takes no more work.");
        }

        return _waiting.Count < _options.Capacity ? null : FindVictim(tenant, workClass) ?? throw new RejectedException(
            RejectionReason.QueueFull, RetryAfter(), $"The queue is full: {_waiting.Count} of {_options.Capacity} requests wait.");
    }

    private WorkItem<T>? FindVictim(string tenant, WorkClass workClass)
    {
        var places = _waiting.CountBy(item => item.Tenant).ToDictionary(StringComparer.Ordinal);
        var own = places.GetValueOrDefault(tenant);
        return _waiting
            .Where(item => item.Displaced is not null && item.Class >= workClass)
            // Two fewer: after the exchange the newcomer's tenant still has no more places than the other.
            .Where(item => item.Class > workClass || places[item.Tenant] > own + 1)
            .OrderByDescending(item => item.Class)
            .ThenByDescending(item => places[item.Tenant])
            .ThenByDescending(item => item.Sequence)
            .FirstOrDefault();
    }

    private long? ToTimestamp(DateTimeOffset? deadline, long now)
    {
        if (deadline is null || deadline == DateTimeOffset.MaxValue)
        {
            return null;
        }

        var left = Math.Min((deadline.Value - _time.GetUtcNow()).TotalSeconds, TimeSpan.FromDays(365).TotalSeconds);
        return now + (long)(left * _time.TimestampFrequency);
    }
}
