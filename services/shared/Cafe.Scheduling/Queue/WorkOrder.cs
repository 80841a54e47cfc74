using Cafe.Scheduling.Fairness;

namespace Cafe.Scheduling.Queue;

/// <summary>
/// Who goes first: the more urgent class (batch work that waited long enough counts as interactive), then tenants that
/// did not get more than their share, then the least work left, less what its wait has earned; then the order of arrival.
/// </summary>
public sealed class WorkOrder
{
    private readonly QueueOptions _options;
    private readonly TenantShares _shares;
    private readonly TimeProvider _time;

    /// <summary>Creates the order over the tenants' accounts.</summary>
    public WorkOrder(QueueOptions options, TenantShares shares, TimeProvider time)
    {
        _options = options;
        _shares = shares;
        _time = time;
    }

    /// <summary>Where an item ranks now; smaller goes first.</summary>
    public WorkRank Rank<T>(WorkItem<T> item)
    {
        var waited = _time.GetElapsedTime(item.EnqueuedTimestamp).TotalSeconds;
        var urgent = item.Class switch
        {
            WorkClass.Interactive => true,
            WorkClass.Batch => waited >= _options.BatchAgeingSeconds,
            _ => throw new ArgumentOutOfRangeException(nameof(item), item.Class, "Unknown class of work."),
        };
        var tier = (urgent ? 0 : 2) + (_shares.Lead(item.Tenant) > _options.TenantSlackSeconds ? 1 : 0);
        return new WorkRank(tier, item.CostSeconds - (_options.AgeingRate * waited), item.Sequence);
    }

    /// <summary>The items, best first.</summary>
    public List<WorkItem<T>> Sort<T>(IEnumerable<WorkItem<T>> items)
    {
        var ranked = items.Select(item => (Rank: Rank(item), Item: item)).ToList();
        ranked.Sort(static (left, right) => left.Rank.CompareTo(right.Rank));
        return ranked.ConvertAll(static pair => pair.Item);
    }
}
