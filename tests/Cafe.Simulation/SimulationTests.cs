using Cafe.Simulation.Devices;
using Cafe.Simulation.Fleets;
using Cafe.Simulation.Load;

namespace Cafe.Simulation;

/// <summary>The simulation keeps its books, and says what anyone would expect where that is clear.</summary>
public sealed class SimulationTests
{
    private static readonly DeviceTimes Device = DeviceTimes.Find("l4");

    [Theory]
    [InlineData(Stage.Encoder, 300)]
    [InlineData(Stage.Assistant, 30)]
    [InlineData(Stage.Diffuser, 2)]
    public void Run_OfAPoolThatIsTooSmall_CountsEveryRequestOnce(Stage stage, double rate)
    {
        var requests = new BurstyDay(rate, 1).Between(36_000, 36_060).ToList();
        var result = Fleet.Run(stage, Device, ScalingSettings.OfChart(stage).Fixed(1) with { QueueCapacity = 4 }, requests);
        Assert.Equal(requests.Count(request => stage != Stage.Encoder || !request.Cached), result.Arrived);
        Assert.Equal(result.Arrived, result.Finished + result.Rejected);
        Assert.True(result.Rejected > 0);
    }

    [Fact]
    public void Run_OfMorePods_WaitsLessAndRejectsLess()
    {
        var day = new BurstyDay(1, 1);
        var results = new[] { 2, 8, 32 }.Select(pods => Fleet.Run(Stage.Diffuser, Device, ScalingSettings.OfChart(Stage.Diffuser).Fixed(pods), day.Between(36_000, 36_600))).ToList();
        Assert.Equal(results.OrderByDescending(result => result.Wait(0.95)), results);
        Assert.Equal(0, results[^1].Rejected);
        Assert.True(results[^1].Wait(0.95) < 1, $"{results[^1].Wait(0.95)} s");
    }

    [Fact]
    public void Run_OfALoneRequest_WaitsForNothingAndTakesItsSteps()
    {
        var request = new BurstyDay(1, 1).Between(0, 60).First() with { Arrival = 0 };
        Assert.Equal(0, Fleet.Run(Stage.Diffuser, Device, ScalingSettings.OfChart(Stage.Diffuser).Fixed(1), [request]).Wait(1));
    }

    [Fact]
    public void Run_WithTheChartsAutoscaler_GrowsInABurstAndShrinksAfter()
    {
        var settings = ScalingSettings.OfChart(Stage.Diffuser);
        var burst = new BurstyDay(4, 1).Between(36_000, 36_300).ToList();
        var quiet = burst.Take(1).Select(request => request with { Arrival = 6_000 });
        var result = Fleet.Run(Stage.Diffuser, Device, settings, burst.Concat(quiet));
        Assert.True(result.MostPods > 2 * settings.MinReplicas, $"{result.MostPods} pods");
        Assert.Equal(settings.MinReplicas, result.Pods[^1].Pods);
        Assert.True(result.PodHours < result.MostPods * 6_100 / 3600.0);
    }

    [Fact]
    public void Between_SameSeed_SameDay() =>
        Assert.Equal(new BurstyDay(1, 5).Between(0, 2_000), new BurstyDay(1, 5).Between(0, 2_000));

    [Fact]
    public void Run_OfAnOptionThatIsNone_SaysSo()
    {
        using var errors = new StringWriter();
        Assert.Equal(2, Program.Run(["--out", "x", "--device", "abacus"], TextWriter.Null, errors));
        Assert.Contains("l4, a100, h100", errors.ToString(), StringComparison.Ordinal);
    }
}
