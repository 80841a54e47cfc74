namespace Cafe.Simulation.Fleets;

/// <summary>
/// The HorizontalPodAutoscaler's rule, as the chart sets it up through KEDA or alone: the larger need of two metrics, within a tolerance; up at once by at most double or four, down by a
/// quarter a minute after the need has been lower for a while.
/// </summary>
internal sealed class Autoscaler(ScalingSettings settings)
{
    private const double Tolerance = 0.1, DownShare = 0.25, DownPeriod = 60;
    private readonly Queue<(double At, int Pods)> _wanted = [];
    private double _lastDown = double.NegativeInfinity;

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

        if (need > pods)
        {
            return Math.Min(need, Math.Max(2 * pods, pods + 4));
        }

        var lowest = _wanted.Max(past => past.Pods);
        if (lowest >= pods || now - _lastDown < DownPeriod)
        {
            return pods;
        }

        _lastDown = now;
        return Math.Max(lowest, pods - Math.Max(1, (int)(pods * DownShare)));
    }

    private static int Need(int pods, double ratio, double wanted) => Math.Abs(ratio - 1) <= Tolerance ? pods : (int)Math.Ceiling(wanted);
}
