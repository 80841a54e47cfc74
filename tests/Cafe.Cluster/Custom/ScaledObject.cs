using YamlDotNet.Serialization;

namespace Cafe.Cluster.Custom;

/// <summary>KEDA's ScaledObject (keda.sh/v1alpha1), the fields of its published API that a chart may set.</summary>
internal sealed class ScaledObject : CustomObject
{
    public ScaledObjectSpec Spec { get; set; } = new();
}

internal sealed class ScaledObjectSpec
{
    public ScaleTarget ScaleTargetRef { get; set; } = new();

    public int? PollingInterval { get; set; }

    public int? CooldownPeriod { get; set; }

    public int? InitialCooldownPeriod { get; set; }

    public int? IdleReplicaCount { get; set; }

    public int? MinReplicaCount { get; set; }

    public int? MaxReplicaCount { get; set; }

    public ScaledFallback? Fallback { get; set; }

    public ScaledAdvanced? Advanced { get; set; }

    public List<ScaledTrigger> Triggers { get; set; } = [];
}

internal sealed class ScaleTarget
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public string Name { get; set; } = "";

    public string? EnvSourceContainerName { get; set; }
}

internal sealed class ScaledFallback
{
    public int FailureThreshold { get; set; }

    public int Replicas { get; set; }

    public string? Behavior { get; set; }
}

internal sealed class ScaledAdvanced
{
    public bool? RestoreToOriginalReplicaCount { get; set; }

    public ScaledHpaConfig? HorizontalPodAutoscalerConfig { get; set; }
}

internal sealed class ScaledHpaConfig
{
    public string? Name { get; set; }

    public ScaledBehavior? Behavior { get; set; }
}

internal sealed class ScaledBehavior
{
    public ScaledRules? ScaleUp { get; set; }

    public ScaledRules? ScaleDown { get; set; }
}

internal sealed class ScaledRules
{
    public int? StabilizationWindowSeconds { get; set; }

    public string? SelectPolicy { get; set; }

    public List<ScaledPolicy> Policies { get; set; } = [];
}

internal sealed class ScaledPolicy
{
    public string Type { get; set; } = "";

    public int Value { get; set; }

    public int PeriodSeconds { get; set; }
}

internal sealed class ScaledTrigger
{
    public string Type { get; set; } = "";

    public string? Name { get; set; }

    public string? MetricType { get; set; }

    public bool? UseCachedMetrics { get; set; }

    [YamlMember(Alias = "metadata")]
    public Dictionary<string, string> Metadata { get; set; } = [];
}
