namespace Cafe.Evaluation.Metrics;

/// <summary>
/// Percentile bootstrap of means. What is drawn again is a cluster, not a picture: pictures of one subject rise and fall together, and
/// drawing them one by one would make intervals too narrow.
/// </summary>
public sealed class Bootstrap
{
    private readonly int resamples;
    private readonly double confidence;
    private readonly int seed;

    /// <param name="resamples">Draws, from 100. Default 2000.</param>
    /// <param name="confidence">Share of the draws' means that lies inside, above 0 to below 1. Default .95.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    public Bootstrap(int resamples = 2000, double confidence = 0.95, int seed = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1.0);
        (this.resamples, this.confidence, this.seed) = (resamples, confidence, seed);
    }

    /// <summary>The mean of values that are independent of each other.</summary>
    public Interval Mean(IReadOnlyList<double> values) => Mean([.. values.Select((value, i) => (i, value))]);

    /// <summary>The mean of values in clusters.</summary>
    /// <param name="values">At least one; the key says which cluster each is in.</param>
    public Interval Mean<TKey>(IReadOnlyList<(TKey Cluster, double Value)> values)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var clusters = values.GroupBy(pair => pair.Cluster, pair => pair.Value).Select(group => (Sum: group.Sum(), Count: group.Count())).ToArray();
        var random = new Random(seed);
        var means = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            var (sum, count) = (0.0, 0);
            for (var j = 0; j < clusters.Length; j++)
            {
                var drawn = clusters[random.Next(clusters.Length)];
                sum += drawn.Sum;
                count += drawn.Count;
            }

            means[i] = sum / count;
        }

        Array.Sort(means);
        return new Interval(values.Average(pair => pair.Value), Percentile(means, (1 - confidence) / 2), Percentile(means, (1 + confidence) / 2), values.Count);
    }

    /// <summary>The mean of (second - first) over the items that both have: the items are the same in every draw, so what they share cancels.</summary>
    /// <param name="first">Value of each item; the key names it.</param>
    /// <param name="second">The same of another system.</param>
    /// <param name="cluster">The cluster that an item belongs to.</param>
    /// <exception cref="ArgumentException">They have no item in common.</exception>
    public Interval PairedDifference<TItem, TKey>(IReadOnlyDictionary<TItem, double> first, IReadOnlyDictionary<TItem, double> second, Func<TItem, TKey> cluster)
        where TItem : notnull
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var differences = first.Where(pair => second.ContainsKey(pair.Key)).Select(pair => (cluster(pair.Key), second[pair.Key] - pair.Value)).ToList();
        return differences.Count > 0 ? Mean(differences) : throw new ArgumentException("The two have no item in common, so there is nothing to pair.");
    }

    /// <summary>A quantile with linear interpolation between order statistics.</summary>
    internal static double Percentile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)Math.Floor(at);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
