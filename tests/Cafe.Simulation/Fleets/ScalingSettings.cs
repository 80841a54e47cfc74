using Cafe.Simulation.Load;
using Cafe.Testing;
using YamlDotNet.RepresentationModel;

namespace Cafe.Simulation.Fleets;

/// <summary>How a stage's pool is scaled, by the chart's values.</summary>
/// <param name="MinReplicas">Pods at least.</param>
/// <param name="MaxReplicas">Pods at most.</param>
/// <param name="TargetWaitSeconds">Predicted wait that pods should have, on average.</param>
/// <param name="TargetQueueDepth">Waiting requests that a pod should have.</param>
/// <param name="QueueCapacity">Requests that may wait in one pod.</param>
/// <param name="PollingSeconds">Between two looks at the metrics.</param>
/// <param name="StabilizationSeconds">That a lower need must last before pods go.</param>
public sealed record ScalingSettings(
    int MinReplicas, int MaxReplicas, double TargetWaitSeconds, double TargetQueueDepth, int QueueCapacity, double PollingSeconds, double StabilizationSeconds)
{
    /// <summary>A pool of a fixed size.</summary>
    public ScalingSettings Fixed(int pods) => this with { MinReplicas = pods, MaxReplicas = pods };

    /// <summary>What helm/cafe/values.yaml says of a stage.</summary>
    public static ScalingSettings OfChart(Stage stage)
    {
        using var reader = new StreamReader(Path.Combine(Repo.Root, "helm", "cafe", "values.yaml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        var root = yaml.Documents[0].RootNode;
        var (pool, common) = (root[stage.ToString().ToLowerInvariant()], root["autoscaling"]);
        var scaling = pool["autoscaling"];
        return new ScalingSettings(
            (int)Number(scaling["minReplicas"]), (int)Number(scaling["maxReplicas"]), Number(scaling["targetWaitSeconds"]), Number(scaling["targetQueueDepth"]),
            (int)Number(pool["queueCapacity"]), Number(common["pollingSeconds"]), Number(common["scaleDownStabilizationSeconds"]));
    }

    private static double Number(YamlNode node) => double.Parse(((YamlScalarNode)node).Value!, System.Globalization.CultureInfo.InvariantCulture);
}
