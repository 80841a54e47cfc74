using Cafe.Scheduling.Queue;

namespace Cafe.Diffuser.Tests.Scheduling;

/// <summary>More requests than can be served, in the time of a table: what is done for those that have a place is as much as at the best load.</summary>
public sealed class OverloadTests
{
    private const int Places = 8, Seconds = 60_000;

    [Fact]
    public void RunOnce_TenTimesTheLoad_GoodputIsThatOfThePeak()
    {
        double[] loads = [0.5, 0.8, 1, 1.5, 2, 10];
        var goodputs = loads.Select(Goodput).ToList();
        Assert.True(goodputs[^1] >= 0.95 * goodputs.Max(), string.Join(", ", loads.Zip(goodputs)));
        Assert.True(goodputs[0] < 0.7 * goodputs.Max(), "A load of half the capacity already gave the peak: it is no measure.");
    }

    /// <returns>Steps of requests that were served to the end, per second.</returns>
    private static double Goodput(double load)
    {
        // Half of a call's time is fixed cost at ten rows: how full calls are counts.
        var harness = new SchedulerHarness(rows => 10 + rows, maxActive: Places, queue: options => options.Capacity = Places);
        var capacity = Places / (10.0 + Places);
        var random = new Random(7);
        var started = harness.Time.GetUtcNow();
        var open = new List<(RecordedEvents Events, int Steps)>();
        double Now() => (harness.Time.GetUtcNow() - started).TotalSeconds;
        var (next, steps, served) = (0.0, random.Next(4, 51), 0L);
        while (Now() < Seconds)
        {
            for (; next <= Now(); (next, steps) = (next - (Math.Log(1 - random.NextDouble()) * 27 / (load * capacity)), random.Next(4, 51)))
            {
                try
                {
                    open.Add((harness.Submit(steps).Events, steps));
                }
                catch (RejectedException)
                {
                    // Its caller was told at once.
                }
            }

            if (!harness.Scheduler.RunOnce())
            {
                harness.Time.Advance(TimeSpan.FromSeconds(Math.Max(next - Now(), 1e-3)));
            }

            served += open.Where(request => request.Events.Ended).Sum(request => request.Steps);
            open.RemoveAll(request => request.Events.Ended);
        }

        return served / Now();
    }
}
