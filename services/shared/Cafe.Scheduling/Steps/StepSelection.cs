namespace Cafe.Scheduling.Steps;

/// <summary>
/// How many candidates the next call takes. A further row pays where the device does it at less than the cost of a
/// call of its own: the prefix with the most worth per second is taken. On a device whose time grows with the rows
/// that is the shortest request alone; where rows are free, everything. Mean completion time is what this serves.
/// </summary>
public static class StepSelection
{
    /// <summary>Gain in worth per second below which a larger batch isn't taken: measured times are noisy.</summary>
    public const double LeastGain = 0.02;

    /// <summary>The number of leading candidates to take; at least 1 if there is any, even one beyond <paramref name="maxRows"/>.</summary>
    public static int Choose(ReadOnlySpan<StepCandidate> candidates, StepTimes times, int maxRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRows);
        var (best, bestRate) = (0, 0.0);
        var (rows, worth) = (0, 0.0);
        for (var i = 0; i < candidates.Length; i++)
        {
            rows += candidates[i].Rows;
            if (i > 0 && rows > maxRows)
            {
                break;
            }

            worth += candidates[i].Worth;
            var rate = worth / times[rows];
            if (best == 0 || rate > bestRate * (1 + LeastGain))
            {
                (best, bestRate) = (i + 1, rate);
            }
        }

        return best;
    }
}
