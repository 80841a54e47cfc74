using Cafe.Evaluation.Metrics;

namespace Cafe.Evaluation.Filtering;

/// <summary>Finds the thresholds of two models on samples whose faults are known.</summary>
public static class ThresholdSearch
{
    private const int Steps = 64;

    /// <summary>Of all pairs of thresholds on a grid of the scores' quantiles, the one that finds faults with the highest F1; of equals, the one that drops least.</summary>
    /// <param name="samples">Scores, and whether the sample is faulty. At least one of either.</param>
    /// <exception cref="ArgumentException">All samples are faulty, or none is.</exception>
    public static FilterThresholds Find(IReadOnlyList<(FilterScore Score, bool Faulty)> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var faults = samples.Count(sample => sample.Faulty);
        if (faults == 0 || faults == samples.Count)
        {
            throw new ArgumentException($"Thresholds can't be found on {samples.Count} samples of which {faults} are faulty: both kinds are needed.");
        }

        var texts = Quantiles(samples.Select(sample => sample.Score.Text));
        var subjects = Quantiles(samples.Select(sample => sample.Score.Subject));
        var (best, bestF1, bestDropped) = (new FilterThresholds(-1, -1), -1.0, 0);
        foreach (var text in texts)
        {
            foreach (var subject in subjects)
            {
                var thresholds = new FilterThresholds(text, subject);
                var detection = Measure(thresholds, samples);
                var dropped = detection.TruePositives + detection.FalsePositives;
                if (detection.F1 > bestF1 || (detection.F1 == bestF1 && dropped < bestDropped))
                {
                    (best, bestF1, bestDropped) = (thresholds, detection.F1, dropped);
                }
            }
        }

        return best;
    }

    /// <summary>How well thresholds find the faults: a fault is found where the sample is dropped.</summary>
    public static Detection Measure(FilterThresholds thresholds, IEnumerable<(FilterScore Score, bool Faulty)> samples)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        return Detection.Of(samples.Select(sample => (!thresholds.Keeps(sample.Score), sample.Faulty)));
    }

    // -1 drops nothing: a model that tells nothing about the faults must be able to stay out.
    private static double[] Quantiles(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return [-1, .. Enumerable.Range(0, Steps).Select(i => sorted[(int)((long)i * sorted.Length / Steps)]).Distinct()];
    }
}
