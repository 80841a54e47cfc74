namespace Cafe.Scheduling.Queue;

/// <summary>A place in the order; smaller goes first.</summary>
/// <param name="Tier">0 interactive, 1 interactive of a tenant beyond its share, 2 batch, 3 batch of such a tenant.</param>
/// <param name="AgedSeconds">Seconds of work left, less what the wait has earned; may be negative.</param>
/// <param name="Sequence">Order of arrival.</param>
public readonly record struct WorkRank(int Tier, double AgedSeconds, long Sequence) : IComparable<WorkRank>
{
    /// <inheritdoc/>
    public int CompareTo(WorkRank other)
    {
        var tier = Tier.CompareTo(other.Tier);
        if (tier != 0)
        {
            return tier;
        }

        var aged = AgedSeconds.CompareTo(other.AgedSeconds);
        return aged != 0 ? aged : Sequence.CompareTo(other.Sequence);
    }
}
