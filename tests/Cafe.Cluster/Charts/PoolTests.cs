using k8s.Models;

namespace Cafe.Cluster.Charts;

/// <summary>What every pool has around its pods: budget, headless Service, spread, the time to start.</summary>
public sealed class PoolTests
{
    public static TheoryData<string> Pools => [.. Helm.Components];

    [Theory, MemberData(nameof(Pools))]
    public void Budget_OfAPool_LetsOnePodGoAndNeverBlocksOneThatIsBroken(string component)
    {
        Helm.SkipUnlessPresent();
        var budget = RenderedChart.Of("gpu").All<V1PodDisruptionBudget>().Single(found => found.Spec.Selector.MatchLabels["app.kubernetes.io/component"] == component);
        Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
        Assert.Null(budget.Spec.MinAvailable);
        Assert.Equal("AlwaysAllow", budget.Spec.UnhealthyPodEvictionPolicy);
        Assert.Empty(RenderedChart.Of("minimal").All<V1PodDisruptionBudget>());
    }

    /// <summary>One address for each pod, so that the caller balances: of the stages, and of the gateway for clients that do so.</summary>
    [Theory, MemberData(nameof(Pools))]
    public void Service_OfAPool_IsHeadlessAndLeadsToItsGrpcPort(string component)
    {
        Helm.SkipUnlessPresent();
        var chart = RenderedChart.Of("cpu", "ports.grpc=8443");
        var name = $"{Helm.Release}-cafe-{component}" + (component == "gateway" ? "-headless" : "");
        var service = chart.All<V1Service>().Single(found => found.Metadata.Name == name);
        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.NotEqual(true, service.Spec.PublishNotReadyAddresses);
        Assert.Equal(component, service.Spec.Selector["app.kubernetes.io/component"]);
        var port = Assert.Single(service.Spec.Ports);
        Assert.Equal((8443, "grpc"), (port.Port, port.TargetPort.Value));
        Assert.Equal(8443, Pod(chart, component).Containers.Single().Ports.Single(found => found.Name == port.TargetPort.Value).ContainerPort);
    }

    /// <summary>One GPU by <c>gpus</c>, unless the limits name a number themselves.</summary>
    [Fact]
    public void Gpus_NamedAmongTheLimits_AreThose()
    {
        Helm.SkipUnlessPresent();
        var chart = RenderedChart.Of("gpu", @"diffuser.resources.limits.nvidia\.com/gpu=2");
        Assert.Equal("2", Pod(chart, "diffuser").Containers.Single().Resources.Limits["nvidia.com/gpu"].ToString());
        Assert.Equal("1", Pod(chart, "encoder").Containers.Single().Resources.Limits["nvidia.com/gpu"].ToString());
    }

    [Theory, MemberData(nameof(Pools))]
    public void Spread_OfAPool_IsOverItsOwnPodsAndNeverKeepsOneFromRunning(string component)
    {
        Helm.SkipUnlessPresent();
        var spread = Assert.Single(Pod(RenderedChart.Of("gpu"), component).TopologySpreadConstraints);
        Assert.Equal((1, "kubernetes.io/hostname", "ScheduleAnyway"), (spread.MaxSkew, spread.TopologyKey, spread.WhenUnsatisfiable));
        Assert.Equal(component, spread.LabelSelector.MatchLabels["app.kubernetes.io/component"]);
        Assert.Null(Pod(RenderedChart.Of("gpu", "topologySpread.enabled=false"), component).TopologySpreadConstraints);
    }

    [Theory]
    [InlineData("gateway", 61)]
    [InlineData("encoder", 604)]
    [InlineData("assistant", 1201)]
    [InlineData("diffuser", 7200)]
    public void StartupProbe_OfAPool_WaitsAtLeastAsLongAsTheValueSays(string component, int seconds)
    {
        Helm.SkipUnlessPresent();
        var chart = RenderedChart.Of(null, $"{component}.startupSeconds={seconds}");
        var probe = Pod(chart, component).Containers.Single().StartupProbe;
        Assert.InRange(probe.PeriodSeconds!.Value * probe.FailureThreshold!.Value, seconds, seconds + probe.PeriodSeconds.Value);
        Assert.True(Deployment(chart, component).Spec.ProgressDeadlineSeconds > seconds, "The rollout is given up before the pod is.");
    }

    private static V1Deployment Deployment(RenderedChart chart, string component) => chart.All<V1Deployment>().Single(found => found.Spec.Selector.MatchLabels["app.kubernetes.io/component"] == component);

    private static V1PodSpec Pod(RenderedChart chart, string component) => Deployment(chart, component).Spec.Template.Spec;
}
