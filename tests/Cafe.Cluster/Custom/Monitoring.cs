namespace Cafe.Cluster.Custom;

/// <summary>The Prometheus operator's PodMonitor (monitoring.coreos.com/v1), the fields of its published API that a chart may set.</summary>
internal sealed class PodMonitor : CustomObject
{
    public PodMonitorSpec Spec { get; set; } = new();
}

internal sealed class PodMonitorSpec
{
    public LabelSelector Selector { get; set; } = new();

    public string? JobLabel { get; set; }

    public List<string>? PodTargetLabels { get; set; }

    public List<PodMetricsEndpoint> PodMetricsEndpoints { get; set; } = [];
}

internal sealed class LabelSelector
{
    public Dictionary<string, string> MatchLabels { get; set; } = [];

    public List<LabelRequirement> MatchExpressions { get; set; } = [];
}

internal sealed class LabelRequirement
{
    public string Key { get; set; } = "";

    public string Operator { get; set; } = "";

    public List<string> Values { get; set; } = [];
}

internal sealed class PodMetricsEndpoint
{
    public string Port { get; set; } = "";

    public string? Path { get; set; }

    public string? Interval { get; set; }

    public string? ScrapeTimeout { get; set; }

    public List<Relabeling> Relabelings { get; set; } = [];
}

internal sealed class Relabeling
{
    public List<string> SourceLabels { get; set; } = [];

    public string? TargetLabel { get; set; }

    public string? Regex { get; set; }

    public string? Replacement { get; set; }

    public string? Action { get; set; }
}

/// <summary>The Prometheus operator's PrometheusRule (monitoring.coreos.com/v1).</summary>
internal sealed class PrometheusRule : CustomObject
{
    public PrometheusRuleSpec Spec { get; set; } = new();
}

internal sealed class PrometheusRuleSpec
{
    public List<RuleGroup> Groups { get; set; } = [];
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public string? Interval { get; set; }

    public List<Rule> Rules { get; set; } = [];
}

internal sealed class Rule
{
    public string? Alert { get; set; }

    public string? Record { get; set; }

    public string Expr { get; set; } = "";

    public string? For { get; set; }

    public string? KeepFiringFor { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}
