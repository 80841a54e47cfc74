using k8s.Models;

namespace Cafe.Cluster.Charts;

/// <summary>Who may talk to whom, rule by rule: one too many fails as one too few.</summary>
public sealed class NetworkPolicyTests
{
    private const string Dns = "to kubernetes.io/metadata.name=kube-system: UDP 53, TCP 53", Metrics = "from kubernetes.io/metadata.name=monitoring: TCP 9090";

    [Fact]
    public void Policies_OfTheDefaults_AreTheseRulesAndNoOther()
    {
        Helm.SkipUnlessPresent();
        var policies = Policies(RenderedChart.Of(null));
        Assert.Equal(["assistant", "diffuser", "encoder", "gateway", "redis"], policies.Keys.Order());
        Assert.Equal(["from every pod here: TCP 8080, TCP 8082", Metrics, "to encoder, assistant, diffuser: TCP 8080", Dns, "to redis: TCP 6379"], policies["gateway"]);
        Assert.All(Helm.Stages, stage => Assert.Equal(["from gateway: TCP 8080", Metrics, Dns, "to redis: TCP 6379"], policies[stage]));
        Assert.Equal(["from gateway, encoder, assistant, diffuser: TCP 6379"], policies["redis"]);
    }

    [Fact]
    public void Policies_WithAllThatAsksForARule_AreTheseRulesAndNoOther()
    {
        Helm.SkipUnlessPresent();
        var policies = Policies(RenderedChart.Of("external-redis",
        [
            .. JobTests.AllOn, "pack.source=initContainer", "pack.initContainer.image=pack:1", "telemetry.otlpEndpoint=http://collector:4317", "networkPolicy.callers[0].podSelector.matchLabels.app=web",
            "networkPolicy.packSourceCidrs={10.1.0.0/16,10.2.0.0/16}", "networkPolicy.packSourcePort=9000", "networkPolicy.tokenIssuerCidrs={10.3.0.0/16}", "networkPolicy.moderationCidrs={10.5.0.0/16}", "networkPolicy.moderationPort=8443",
        ]));
        const string Otlp = "to kubernetes.io/metadata.name=observability: TCP 4317, TCP 4318", Redis = "to 10.20.0.0/24: TCP 6380";
        Assert.Equal(["assistant", "batch", "diffuser", "distil", "encoder", "evaluate", "gateway"], policies.Keys.Order());
        Assert.Equal(
            ["from app=web, batch, distil, evaluate: TCP 8080, TCP 8082", Metrics, "to encoder, assistant, diffuser: TCP 8080", Dns, Redis, Otlp, "to 10.3.0.0/16: TCP 443", "to 10.5.0.0/16: TCP 8443"],
            policies["gateway"]);
        Assert.All(Helm.Stages, stage => Assert.Equal(["from gateway: TCP 8080", Metrics, Dns, Redis, Otlp, "to 10.1.0.0/16, 10.2.0.0/16: TCP 9000"], policies[stage]));
        Assert.All(["batch", "distil", "evaluate"], job => Assert.Equal(["to gateway: TCP 8080", Dns], policies[job]));
    }

    /// <summary>Every pod that is rendered has a policy of both directions: without one it would be open.</summary>
    [Theory, MemberData(nameof(Helm.ExampleNames), MemberType = typeof(Helm))]
    public void Policies_OfEveryExample_CoverEveryPod(string example)
    {
        Helm.SkipUnlessPresent();
        var chart = RenderedChart.Of(example, [.. JobTests.AllOn, "networkPolicy.enabled=true"]);
        Assert.Equal(chart.Pods().Select(pod => pod.Labels["app.kubernetes.io/component"]).Order(), Policies(chart).Keys.Order());
    }

    private static Dictionary<string, string[]> Policies(RenderedChart chart) => chart.All<V1NetworkPolicy>().ToDictionary(
        policy => policy.Spec.PodSelector.MatchLabels["app.kubernetes.io/component"],
        policy =>
        {
            Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes);
            return (string[])
            [
                .. (policy.Spec.Ingress ?? []).Select(rule => $"from {Peers(rule.FromProperty)}: {Ports(rule.Ports)}"),
                .. (policy.Spec.Egress ?? []).Select(rule => $"to {Peers(rule.To)}: {Ports(rule.Ports)}"),
            ];
        });

    // No peers at all, or no ports, means all of them.
    private static string Peers(IList<V1NetworkPolicyPeer>? peers) => peers is null or [] ? "ANYONE" : string.Join(", ", peers.Select(Peer));

    private static string Peer(V1NetworkPolicyPeer peer)
    {
        Assert.Single(new object?[] { peer.IpBlock, peer.NamespaceSelector, peer.PodSelector }, part => part is not null);
        return peer.IpBlock is { } block ? block.Cidr + (block.Except is null ? "" : " with exceptions") : Labels(peer.NamespaceSelector ?? peer.PodSelector);
    }

    private static string Labels(V1LabelSelector selector)
    {
        Assert.Null(selector.MatchExpressions);
        return selector.MatchLabels is not { Count: > 0 } labels ? "every pod here"
            : labels.TryGetValue("app.kubernetes.io/component", out var component) && labels["app.kubernetes.io/instance"] == Helm.Release && labels["app.kubernetes.io/name"] == "cafe" ? component
            : string.Join(" ", labels.Select(label => $"{label.Key}={label.Value}"));
    }

    private static string Ports(IList<V1NetworkPolicyPort>? ports) => ports is null or [] ? "ANY PORT" : string.Join(", ", ports.Select(port => $"{port.Protocol} {port.Port.Value}{(port.EndPort is { } end ? $"-{end}" : "")}"));
}
