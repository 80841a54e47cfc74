using Cafe.Inference.Diffusion;

namespace Cafe.Benchmarks.Scheduling;

/// <summary>Measures the calls of a model: medians, taken in turns over the sizes so that a busy moment strikes all alike.</summary>
internal static class CallMeasurement
{
    private const int Rounds = 7;

    /// <param name="engine">The model.</param>
    /// <param name="plans">Of the size to measure.</param>
    /// <param name="clock">What to measure by.</param>
    public static CallTimes Measure(IDiffusionEngine engine, PlanCache plans, Func<TimeSpan> clock)
    {
        var plan = plans.Of(2);
        using var conditions = engine.Condition(null, null);
        int[] pictures = [.. new[] { 1, 2, 3, 4, 6, 8, 12, 16 }.Where(count => count * CallTimes.RowsOfPicture <= engine.MaxRows)];
        var seconds = pictures.ToDictionary(count => count * CallTimes.RowsOfPicture, _ => new List<double>());
        var decodes = new List<double>();
        var finished = engine.Begin(plan, conditions, 1);
        for (var round = -1; round < Rounds; round++) // the first allocates
        {
            foreach (var count in pictures)
            {
                var drawings = Enumerable.Range(0, count).Select(i => engine.Begin(plan, conditions, (ulong)i)).ToList();
                var taken = Seconds(clock, () => engine.Step(drawings, new Exception?[count]));
                if (round >= 0)
                {
                    seconds[count * CallTimes.RowsOfPicture].Add(taken);
                }
            }

            var decoded = Seconds(clock, () => engine.Decode(finished));
            if (round >= 0)
            {
                decodes.Add(decoded);
            }
        }

        return new CallTimes(seconds.ToDictionary(entry => entry.Key, entry => Median.Of(entry.Value)), Median.Of(decodes));
    }

    private static double Seconds(Func<TimeSpan> clock, Action action)
    {
        var begun = clock();
        action();
        return (clock() - begun).TotalSeconds;
    }
}
