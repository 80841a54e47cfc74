using Cafe.Simulation.Devices;
using Cafe.Simulation.Fleets;
using Cafe.Simulation.Load;

namespace Cafe.Simulation.Report;

/// <summary>One pool under one setting.</summary>
/// <param name="Setting">For a table.</param>
/// <param name="Settings">In full.</param>
/// <param name="Result">What came out.</param>
public sealed record StudyRow(string Setting, ScalingSettings Settings, FleetResult Result);

/// <summary>What is simulated for a stage: pools of fixed sizes, and the autoscaler with several targets.</summary>
public sealed class Study(Stage stage, DeviceTimes device, BurstyDay day, double from, double to)
{
    /// <summary>Waits and rejections that an operator would accept: a recommended setting has no more.</summary>
    public const double AcceptedWaitSeconds = 20, AcceptedRejections = 0.001;

    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];
    private static readonly double[] WaitFactors = [0.5, 1, 2], DepthFactors = [0.5, 1, 2];

    /// <summary>Pools of 1 to 64 pods.</summary>
    public IReadOnlyList<StudyRow> FixedSizes() => Run(Sizes.Select(pods => ($"{pods} pods", ScalingSettings.OfChart(stage).Fixed(pods))));

    /// <summary>The chart's targets, and halves and doubles of them; the chart's own first.</summary>
    public IReadOnlyList<StudyRow> Targets()
    {
        var chart = ScalingSettings.OfChart(stage);
        return Run(
            from wait in WaitFactors.OrderBy(factor => factor != 1)
            from depth in DepthFactors.OrderBy(factor => factor != 1)
            let setting = chart with { TargetWaitSeconds = chart.TargetWaitSeconds * wait, TargetQueueDepth = chart.TargetQueueDepth * depth }
            select (FormattableString.Invariant($"wait {setting.TargetWaitSeconds:g3} s, depth {setting.TargetQueueDepth:g3}"), setting));
    }

    /// <summary>The cheapest whose waits and rejections are accepted; the one with the fewest rejections where none is.</summary>
    public static StudyRow Recommended(IReadOnlyList<StudyRow> rows) =>
        rows.Where(row => row.Result.RejectedShare <= AcceptedRejections && row.Result.Wait(0.95) <= AcceptedWaitSeconds).MinBy(row => row.Result.PodHours)
        ?? rows.MinBy(row => row.Result.RejectedShare)!;

    private List<StudyRow> Run(IEnumerable<(string Setting, ScalingSettings Settings)> settings) =>
        [.. settings.AsParallel().AsOrdered().Select(one => new StudyRow(one.Setting, one.Settings, Fleet.Run(stage, device, one.Settings, day.Between(from, to))))];
}
