namespace Cafe.Simulation.Fleets;

/// <summary>
/// The HorizontalPodAutoscaler's rule, as the chart sets it up through KEDA or alone: the larger need of two metrics, within a tolerance; up to double or
/// four more within half a minute, down by a quarter a minute after the need has been lower for a while.
/// </summary>
internal sealed class Autoscaler(ScalingSettings settings)
{
    /// <summary>The policies of templates/_autoscaling.tpl: percent of the pods or a number of them, within seconds.</summary>
    public const int UpPercent = 100, UpPods = 4, UpSeconds = 30, DownPercent = 25, DownSeconds = 60;

    // The cluster's own default.
    private const double Tolerance = 0.1;
    private readonly Queue<(double At, int Pods)> _wanted = [];
    private readonly List<(double At, int Pods)> _changes = [];

    /// <summary>Pods that there should be.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="pods">That there are, starting ones among them.</param>
    /// <param name="queued">Requests that wait in all pods and before them.</param>
    /// <param name="predictedWait">Average over the pods that are ready, seconds.</param>
    public int Decide(double now, int pods, int queued, double predictedWait)
    {
        var need = Math.Max(
            Need(pods, queued / (settings.TargetQueueDepth * Math.Max(1, pods)), queued / settings.TargetQueueDepth),
            Need(pods, predictedWait / settings.TargetWaitSeconds, pods * predictedWait / settings.TargetWaitSeconds));
        need = Math.Clamp(need, settings.MinReplicas, settings.MaxReplicas);
        _wanted.Enqueue((now, need));
        while (_wanted.Peek().At < now - settings.StabilizationSeconds)
        {
            _wanted.Dequeue();
        }

        var decided = need > pods ? Up(now, pods, need) : Down(now, pods, Math.Min(pods, _wanted.Max(past => past.Pods)));
        if (decided != pods)
        {
            _changes.Add((now, decided - pods));
        }

        _changes.RemoveAll(change => change.At <= now - Math.Max(UpSeconds, DownSeconds));
        return decided;
    }

    // Each policy counts from the pods that there were at the period's begin; the one that allows the most holds.
    private int Up(double now, int pods, int need)
    {
        var before = pods - _changes.Where(change => change.Pods > 0 && change.At > now - UpSeconds).Sum(change => change.Pods);
        return Math.Max(pods, Math.Min(need, Math.Max(before + UpPods, (int)Math.Ceiling(before * (1 + (UpPercent / 100.0))))));
    }

    private int Down(double now, int pods, int need)
    {
        var before = pods - _changes.Where(change => change.Pods < 0 && change.At > now - DownSeconds).Sum(change => change.Pods);
        return Math.Min(pods, Math.Max(need, (int)(before * (1 - (DownPercent / 100.0)))));
    }

    private static int Need(int pods, double ratio, double wanted) => Math.Abs(ratio - 1) <= Tolerance ? pods : (int)Math.Ceiling(wanted);
}
