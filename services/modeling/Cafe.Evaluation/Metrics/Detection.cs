namespace Cafe.Evaluation.Metrics;

/// <summary>How well a yes-or-no decision finds what it looks for.</summary>
/// <param name="TruePositives">Found, rightly.</param>
/// <param name="FalsePositives">Found, wrongly.</param>
/// <param name="FalseNegatives">Missed.</param>
/// <param name="TrueNegatives">Left alone, rightly.</param>
public sealed record Detection(int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives)
{
    /// <summary>Share of the found that are right; 1 where nothing is found.</summary>
    public double Precision => TruePositives + FalsePositives == 0 ? 1 : TruePositives / (double)(TruePositives + FalsePositives);

    /// <summary>Share of what is there that is found; 1 where there is nothing.</summary>
    public double Recall => TruePositives + FalseNegatives == 0 ? 1 : TruePositives / (double)(TruePositives + FalseNegatives);

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    /// <summary>Counts decisions.</summary>
    /// <param name="decisions">For each case whether it was found and whether it is there.</param>
    public static Detection Of(IEnumerable<(bool Found, bool There)> decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        var (truePositives, falsePositives, falseNegatives, trueNegatives) = (0, 0, 0, 0);
        foreach (var decision in decisions)
        {
            switch (decision)
            {
                case (true, true):
                    truePositives++;
                    break;
                case (true, false):
                    falsePositives++;
                    break;
                case (false, true):
                    falseNegatives++;
                    break;
                default:
                    trueNegatives++;
                    break;
            }
        }

        return new Detection(truePositives, falsePositives, falseNegatives, trueNegatives);
    }
}
