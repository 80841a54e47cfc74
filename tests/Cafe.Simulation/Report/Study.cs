using Cafe.Simulation.Devices;
using Cafe.Simulation.Fleets;
using Cafe.Simulation.Load;

namespace Cafe.Simulation.Report;

/// <summary>One pool under one setting.</summary>
/// <param name="Setting">For a table.</param>
/// <param name="Settings">In full.</param>
/// <param name="Result">What came out.</param>
public sealed record StudyRow(string Setting, ScalingSettings Settings, FleetResult Result);

/// <summary>
/// What is simulated for a stage: pools of fixed sizes, and the autoscaler with several targets. The load is as large as the pool: on the day's average it
/// would keep an eighth of the pool's largest size busy, so that a burst in the busiest hours just fits.
/// </summary>
/// <param name="stage">Whose pool.</param>
/// <param name="device">What its pods run on.</param>
/// <param name="seed">Of the day.</param>
/// <param name="from">First second of the day that is simulated.</param>
/// <param name="hours">That are simulated; of the encoder a quarter of them, because its requests are a hundred times as many.</param>
public sealed class Study(Stage stage, DeviceTimes device, int seed, double from, double hours)
{
    /// <summary>Waits and rejections that an operator would accept: a recommended setting has no more.</summary>
    public const double AcceptedWaitSeconds = 20, AcceptedRejections = 0.001;

    /// <summary>Of the pool's largest size, busy on the day's average.</summary>
    public const double BusyShare = 1.0 / 8;

    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];
    private static readonly double[] Waits = [1, 2, 4, 8], Depths = [2, 4, 8, 16];

    /// <summary>Hours that are simulated.</summary>
    public double Hours => stage == Stage.Encoder ? hours / 4 : hours;

    /// <summary>Requests a second on the day's average, bursts apart.</summary>
    public double Rate { get; } = Math.Round(BusyShare * ScalingSettings.OfChart(stage).MaxReplicas * device.RequestsPerSecond(stage), 1);

    /// <summary>The day's load.</summary>
    public BurstyDay Day => new(Rate, seed);

    /// <summary>Seconds from a pod's creation to its readiness.</summary>
    public double StartSeconds => device.StartSeconds(stage);

    /// <summary>Pools of 1 to 64 pods.</summary>
    public IReadOnlyList<StudyRow> FixedSizes() => Run(Sizes.Select(pods => ($"{pods} pods", ScalingSettings.OfChart(stage).Fixed(pods))));

    /// <summary>Every target wait with every target depth, and the chart's own pair.</summary>
    public IReadOnlyList<StudyRow> Targets()
    {
        var chart = ScalingSettings.OfChart(stage);
        return Run((from wait in Waits from depth in Depths select chart with { TargetWaitSeconds = wait, TargetQueueDepth = depth }).Append(chart).Distinct().Select(setting => (Name(setting), setting)));
    }

    /// <summary>What a table calls a pair of targets.</summary>
    public static string Name(ScalingSettings settings) => FormattableString.Invariant($"wait {settings.TargetWaitSeconds:g3} s, depth {settings.TargetQueueDepth:g3}");

    /// <summary>
    /// The cheapest whose waits and rejections are accepted, the one with the fewest rejections where none is. Of those that cost the same to a tenth of an hour: the
    /// shortest 95th, then 99th percentile to a tenth of a second, then the lowest targets: one that makes no difference here still bounds a load that is not like this one.
    /// </summary>
    public static StudyRow Recommended(IReadOnlyList<StudyRow> rows)
    {
        var accepted = rows.Where(row => row.Result.RejectedShare <= AcceptedRejections && row.Result.Wait(0.95) <= AcceptedWaitSeconds).ToList();
        return (accepted.Count > 0 ? accepted.OrderBy(row => Math.Round(row.Result.PodHours, 1)) : rows.OrderBy(row => row.Result.RejectedShare))
            .ThenBy(row => Math.Round(row.Result.Wait(0.95), 1)).ThenBy(row => Math.Round(row.Result.Wait(0.99), 1)).ThenBy(row => row.Settings.TargetWaitSeconds).ThenBy(row => row.Settings.TargetQueueDepth).First();
    }

    private List<StudyRow> Run(IEnumerable<(string Setting, ScalingSettings Settings)> settings) =>
        [.. settings.AsParallel().AsOrdered().Select(one => new StudyRow(one.Setting, one.Settings, Fleet.Run(stage, device, one.Settings, Day.Between(from, from + (Hours * 3600)))))];
}
