using System.Globalization;
using System.Text.RegularExpressions;
using Cafe.Simulation.Devices;
using Cafe.Simulation.Fleets;
using Cafe.Simulation.Load;
using Cafe.Simulation.Report;
using Cafe.Testing;

namespace Cafe.Simulation;

/// <summary>The simulation keeps its books, and says what anyone would expect where that is clear.</summary>
public sealed partial class SimulationTests
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
    public void Autoscaler_Policies_AreTheCharts()
    {
        var template = File.ReadAllText(Path.Combine(Repo.Root, "helm", "cafe", "templates", "_autoscaling.tpl"));
        Assert.Equal(
            [("Percent", Autoscaler.UpPercent, Autoscaler.UpSeconds), ("Pods", Autoscaler.UpPods, Autoscaler.UpSeconds), ("Percent", Autoscaler.DownPercent, Autoscaler.DownSeconds)],
            Policy().Matches(template).Select(match => (match.Groups[1].Value, Number(match.Groups[2]), Number(match.Groups[3]))));

        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Decide_NeedFarAbove_AddsFourOrDoublesEachHalfMinute()
    {
        var autoscaler = new Autoscaler(ScalingSettings.OfChart(Stage.Diffuser));
        var (pods, seen) = (1, new List<int>());
        for (var now = 0.0; now <= 90; now += 15)
        {
            seen.Add(pods = autoscaler.Decide(now, pods, 10_000, 0));
        }

        Assert.Equal([5, 5, 10, 10, 20, 20, 32], seen);
    }

    [Fact]
    public void Decide_NeedGone_TakesAQuarterAMinuteAfterAWhile()
    {
        var settings = ScalingSettings.OfChart(Stage.Diffuser);
        var autoscaler = new Autoscaler(settings);
        var (pods, changed) = (16, new List<(double At, int Pods)>());
        Assert.Equal(pods, autoscaler.Decide(0, pods, (int)(16 * settings.TargetQueueDepth), 0));
        for (var now = 15.0; now <= settings.StabilizationSeconds + 150; now += 15)
        {
            var next = autoscaler.Decide(now, pods, 0, 0);
            if (next != pods)
            {
                changed.Add((now - settings.StabilizationSeconds, pods = next));
            }
        }

        Assert.Equal([(15, 12), (75, 9), (135, 6)], changed);
    }

    /// <summary>The example's nodes have devices that the table knows: what is simulated for them is what is run.</summary>
    [Fact]
    public void Devices_OfTheGpuExample_AreInTheTable()
    {
        var products = Product().Matches(File.ReadAllText(Path.Combine(Repo.Root, "helm", "cafe", "examples", "gpu.yaml"))).Select(match => match.Groups[1].Value.ToLowerInvariant()).ToList();
        Assert.Equal(3, products.Count);
        Assert.Empty(products.Except(DeviceTimes.All.Select(device => device.Name)));
    }

    /// <summary>After a change of the values or of what is simulated, the page is made again (its first lines say how) and the values follow it.</summary>
    [Theory]
    [InlineData(Stage.Encoder)]
    [InlineData(Stage.Assistant)]
    [InlineData(Stage.Diffuser)]
    public void Targets_OfTheChart_AreTheOnesThatThePageRecommends(Stage stage)
    {
        var page = File.ReadAllText(Path.Combine(Repo.Root, "docs", "simulation", "README.md"));
        var chapter = page[page.IndexOf($"\n## {stage}\n", StringComparison.Ordinal)..];
        var chart = Study.Name(ScalingSettings.OfChart(stage));
        Assert.Equal(chart, Recommendation().Match(chapter).Groups[1].Value);
        Assert.Contains($"| {chart} (the chart's) |", chapter, StringComparison.Ordinal);
    }

    /// <summary>Rows that differ in nothing do not come down to the order in which they were run.</summary>
    [Fact]
    public void Recommended_OfRowsThatAreAlike_IsTheSameInAnyOrder()
    {
        var chart = ScalingSettings.OfChart(Stage.Encoder);
        var result = new FleetResult(1, 0, 1, [0.5], 1, 1, []);
        StudyRow[] rows = [.. new[] { (1.0, 8.0), (2.0, 16.0), (2.0, 4.0) }.Select(pair => chart with { TargetWaitSeconds = pair.Item1, TargetQueueDepth = pair.Item2 }).Select(setting => new StudyRow(Study.Name(setting), setting, result))];
        Assert.Equal("wait 1 s, depth 8", Study.Recommended(rows).Setting);
        Assert.Equal("wait 1 s, depth 8", Study.Recommended([.. rows.Reverse()]).Setting);
        Assert.Equal("wait 2 s, depth 4", Study.Recommended([.. rows, rows[2] with { Result = result with { PodHours = 0.5 } }]).Setting);
    }

    [Fact]
    public void Run_OfAnOptionThatIsNone_SaysSo()
    {
        using var errors = new StringWriter();
        Assert.Equal(2, Program.Run(["--out", "x", "--device", "abacus"], TextWriter.Null, errors));
        Assert.Contains("l4, l40s, a100, h100", errors.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{ type: (\w+), value: (\d+), periodSeconds: (\d+) \}")]
    private static partial Regex Policy();

    [GeneratedRegex(@"nvidia\.com/gpu\.product: NVIDIA-(\w+)")]
    private static partial Regex Product();

    [GeneratedRegex(@"\nRecommended: (.*)\.\n")]
    private static partial Regex Recommendation();
}
