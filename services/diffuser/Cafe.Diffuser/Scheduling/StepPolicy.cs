using System.Runtime.InteropServices;
using Cafe.Scheduling.Queue;
using Cafe.Scheduling.Steps;

namespace Cafe.Diffuser.Scheduling;

/// <summary>
/// Which pictures make the next step. Among requests of the best tier (class, then tenants within their share) the shape whose
/// best batch is worth the most is taken; the batch is filled in the queue's order (least remaining work first, less what waiting has
/// earned) with as many rows as pay (<see cref="StepSelection"/>). A step is worth the time that it takes by itself, to its request, to each
/// of the same tier behind it and to those still to come: so long would they wait for it later. Requests of lower tiers only fill rows that are
/// all but free.
/// </summary>
internal static class StepPolicy
{
    // What a step of a request in a lower tier counts, so that it joins only where a row costs next to nothing.
    private const double LowerTier = 0.01;

    /// <summary>Chooses; null where nothing can be done.</summary>
    /// <param name="ordered">All requests, best first.</param>
    /// <param name="admitted">Whether one may make a step: begun, or free to begin.</param>
    /// <param name="times">Step times by shape.</param>
    /// <param name="maxRows">Rows of one call, by shape.</param>
    public static StepChoice? Choose(
        IReadOnlyList<(DrawingJob Job, WorkRank Rank)> ordered, Func<DrawingJob, bool> admitted, ShapeTimes times, Func<Shape, int> maxRows)
    {
        var first = ordered.FirstOrDefault(candidate => admitted(candidate.Job));
        if (first.Job is null)
        {
            return null;
        }

        // One that waited until its work was paid for goes, whatever a batch of another shape would do meanwhile.
        var overdue = first.Rank.AgedSeconds <= 0 ? first.Job.Shape : (Shape?)null;
        StepChoice? best = null;
        var bestRate = 0.0;
        foreach (var group in Weighted(ordered, first.Rank.Tier).Where(candidate => admitted(candidate.Job)).GroupBy(candidate => candidate.Job.Shape))
        {
            if (group.First().Weight >= 1 && (overdue is null || overdue == group.Key))
            {
                var (choice, rate) = Fill(group.Key, group, times.Steps(group.Key), maxRows(group.Key));
                if (best is null || rate > bestRate * (1 + StepSelection.LeastGain))
                {
                    (best, bestRate) = (choice, rate);
                }
            }
        }

        return best;
    }

    // Each with the number of requests that a step of it brings forward: itself, those behind it, which wait whether they may begin or not, and
    // those that come while the present ones are served: taken to be as many again.
    private static List<(DrawingJob Job, double Weight)> Weighted(IReadOnlyList<(DrawingJob Job, WorkRank Rank)> ordered, int tier)
    {
        var present = ordered.Count(candidate => candidate.Rank.Tier == tier);
        var behind = present;
        return [.. ordered.Select(candidate => (candidate.Job, candidate.Rank.Tier == tier ? behind-- + present : LowerTier))];
    }

    private static (StepChoice Choice, double Rate) Fill(Shape shape, IEnumerable<(DrawingJob Job, double Weight)> ordered, StepTimes times, int maxRows)
    {
        var pictures = new List<(DrawingJob Job, int Picture)>();
        var candidates = new List<StepCandidate>();
        foreach (var (job, weight) in ordered)
        {
            // One that is to be alone goes when it is its turn, and nobody joins it.
            if (job.Alone && pictures.Count > 0)
            {
                continue;
            }

            foreach (var picture in job.Alone ? job.Pending().Take(1) : job.Pending())
            {
                var rows = job.RowsOf(picture);
                pictures.Add((job, picture));
                candidates.Add(new StepCandidate(rows, times[rows] * weight));
            }

            if (job.Alone)
            {
                break;
            }
        }

        var count = StepSelection.Choose(CollectionsMarshal.AsSpan(candidates), times, maxRows);
        var taken = candidates.Take(count).ToList();
        var sum = taken.Sum(candidate => candidate.Rows);
        return (new StepChoice(shape, pictures[..count], sum), taken.Sum(candidate => candidate.Worth) / times[sum]);
    }
}
