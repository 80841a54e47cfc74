using Cafe.Scheduling.Queue;

namespace Cafe.Simulation.Load;

/// <summary>
/// Arrivals of a day: a rate that swings between night and afternoon, and about one burst an hour that multiplies it by four for five minutes. Poisson
/// arrivals at that rate, mixed work. The same seed gives the same day.
/// </summary>
/// <param name="meanRate">Requests a second, over the whole day and without bursts.</param>
/// <param name="seed">Of everything random.</param>
public sealed class BurstyDay(double meanRate, int seed)
{
    private const double Day = 86_400, BurstSeconds = 300, BurstFactor = 4;
    private static readonly (int Steps, double Share)[] StepMix = [(25, 0.7), (50, 0.15), (10, 0.15)];
    private static readonly (int Pictures, double Share)[] PictureMix = [(1, 0.7), (2, 0.1), (4, 0.2)];
    private const double CachedShare = 0.5, ReplyMedian = 60, ReplySpread = 0.5;
    private const int PictureTokens = 257, LeastTextTokens = 20, MostTextTokens = 300;
    private readonly double[] _bursts = Bursts(seed);

    /// <summary>Of the requests, those whose picture is encoded.</summary>
    public static double EncodedShare => 1 - CachedShare;

    /// <summary>Of a request, on average.</summary>
    public static double MeanSteps => StepMix.Sum(one => one.Steps * one.Share);

    /// <summary>Of a request, on average.</summary>
    public static double MeanPictures => PictureMix.Sum(one => one.Pictures * one.Share);

    /// <summary>Of a request, on average.</summary>
    public static double MeanPromptTokens => PictureTokens + ((LeastTextTokens + MostTextTokens - 1) / 2.0);

    /// <summary>Of a request, on average.</summary>
    public static double MeanReplyTokens => ReplyMedian * Math.Exp(ReplySpread * ReplySpread / 2);

    /// <summary>Requests a second at a time of the day.</summary>
    public double Rate(double second)
    {
        var swing = 1 - (0.7 * Math.Cos(2 * Math.PI * (second - (3 * 3600)) / Day)); // least at three in the morning
        return meanRate * swing * (_bursts.Any(start => second >= start && second < start + BurstSeconds) ? BurstFactor : 1);
    }

    /// <summary>The requests between two times of the day, in order.</summary>
    public IEnumerable<SimulatedRequest> Between(double from, double to)
    {
        var random = new Random(seed + 1);
        var bound = meanRate * 1.7 * BurstFactor;
        for (var time = from; ;)
        {
            time -= Math.Log(1 - random.NextDouble()) / bound;
            if (time >= to)
            {
                yield break;
            }

            if (random.NextDouble() * bound < Rate(time))
            {
                yield return Draw(random, time - from);
            }
        }
    }

    private static SimulatedRequest Draw(Random random, double arrival) => new(
        arrival,
        $"tenant-{random.Next(20)}",
        random.NextDouble() < 0.2 ? WorkClass.Batch : WorkClass.Interactive,
        Pick(random, StepMix),
        Pick(random, PictureMix),
        PictureTokens + random.Next(LeastTextTokens, MostTextTokens),
        (int)Math.Clamp(ReplyMedian * Math.Exp(ReplySpread * Normal(random)), 5, 256),
        random.NextDouble() < CachedShare);

    private static double[] Bursts(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 24).Select(hour => (hour * 3600) + (random.NextDouble() * (3600 - BurstSeconds)))];
    }

    private static int Pick(Random random, (int Value, double Share)[] mix)
    {
        var at = random.NextDouble();
        foreach (var (value, share) in mix)
        {
            at -= share;
            if (at < 0)
            {
                return value;
            }
        }

        return mix[^1].Value;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
