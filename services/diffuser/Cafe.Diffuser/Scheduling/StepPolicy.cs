using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;

namespace Cafe.Diffuser.Scheduling;

/// <summary>
/// Which pictures make the next step. Among requests of the best tier (class, then tenants within their share) the shape whose
/// best batch does the most is taken; the batch is filled in the queue's order (least remaining work first, less what waiting has
/// earned) with as many rows as pay (<see cref="StepSelection"/>). Requests of lower tiers only fill rows that are all but free.
/// </summary>
internal static class StepPolicy
{
    // What a step of a request in a lower tier counts, so that it joins only where a row costs next to nothing.
    private const double LowerTier = 0.01;

    /// <summary>Chooses; null where nothing can be done.</summary>
    /// <param name="ordered">Requests, best first; those not begun only if they may begin.</param>
    /// <param name="times">Step times by shape.</param>
    /// <param name="maxRows">Rows of one call, by shape.</param>
    public static StepChoice? Choose(IReadOnlyList<(DrawingJob Job, WorkRank Rank)> ordered, ShapeTimes times, Func<Shape, int> maxRows)
    {
        if (ordered.Count == 0)
        {
            return null;
        }

        var (tier, aged, _) = ordered[0].Rank;
        // One that waited until its work was paid for goes, whatever a batch of another shape would do meanwhile.
        var overdue = aged <= 0 ? ordered[0].Job.Shape : (Shape?)null;
        StepChoice? best = null;
        var bestRate = 0.0;
        foreach (var group in ordered.GroupBy(candidate => candidate.Job.Shape))
        {
            if (group.First().Rank.Tier == tier && (overdue is null || overdue == group.Key))
            {
                var (choice, rate) = Fill(group.Key, [.. group], tier, times.Steps(group.Key), maxRows(group.Key));
                if (best is null || rate > bestRate * (1 + StepSelection.LeastGain))
                {
                    (best, bestRate) = (choice, rate);
                }
            }
        }

        return best;
    }

    private static (StepChoice Choice, double Rate) Fill(
        Shape shape, IReadOnlyList<(DrawingJob Job, WorkRank Rank)> ordered, int tier, StepTimes times, int maxRows)
    {
        var pictures = new List<(DrawingJob Job, int Picture)>();
        var candidates = new List<StepCandidate>();
        foreach (var (job, rank) in ordered)
        {
            // One that is to be alone goes when it is its turn, and nobody joins it.
            if (job.Alone && pictures.Count > 0)
            {
                continue;
            }

            // No request is nearer its end than its next step: ageing lets one go first, not count without bound.
            foreach (var picture in job.Alone ? job.Pending().Take(1) : job.Pending())
            {
                var rows = job.RowsOf(picture);
                var seconds = times[rows];
                var progress = seconds / Math.Max(rank.AgedSeconds, seconds);
                pictures.Add((job, picture));
                candidates.Add(new StepCandidate(rows, rank.Tier == tier ? progress : progress * LowerTier));
            }

            if (job.Alone)
            {
                break;
            }
        }

        var count = StepSelection.Choose(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(candidates), times, maxRows);
        var taken = candidates.Take(count).ToList();
        var sum = taken.Sum(candidate => candidate.Rows);
        return (new StepChoice(shape, pictures[..count], sum), taken.Sum(candidate => candidate.Progress) / times[sum]);
    }
}
