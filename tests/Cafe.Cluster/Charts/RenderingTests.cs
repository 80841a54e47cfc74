using k8s;
using k8s.Models;

namespace Cafe.Cluster.Charts;

/// <summary>Every example in every autoscaling mode renders, and every object is one that the API would accept.</summary>
public sealed class RenderingTests
{
    public static TheoryData<string, string> ExamplesAndModes()
    {
        var data = new TheoryData<string, string>();
        foreach (var example in Helm.Examples)
        {
            foreach (var mode in new[] { "none", "hpa", "keda" })
            {
                data.Add(example, mode);
            }
        }

        return data;
    }

    [Fact]
    public void Lint_Chart_Passes()
    {
        Helm.SkipUnlessPresent();
        var (code, output, error) = Helm.Run(["lint", "--strict", Helm.Chart]);
        Assert.True(code == 0, output + error);
    }

    [Theory, MemberData(nameof(ExamplesAndModes))]
    public void Template_ExampleAndMode_ParsesStrictlyAndHoldsTheInvariants(string example, string mode)
    {
        Helm.SkipUnlessPresent();
        var chart = RenderedChart.Of(example, [$"autoscaling.mode={mode}", "monitoring.podMonitor.enabled=true",
            "monitoring.prometheusRule.enabled=true", "monitoring.dashboards.enabled=true", .. JobTests.AllOn]);

        Assert.NotEmpty(chart.Objects);
        Invariants.Check(chart);
    }

    [Theory]
    [InlineData("pack.source=imageVolume", "pack.imageVolume.reference=registry/pack:1")]
    [InlineData("pack.source=initContainer", "pack.initContainer.image=registry/pack-copy:1")]
    [InlineData("pack.source=persistentVolumeClaim", "pack.persistentVolumeClaim.claimName=pack")]
    [InlineData("redis.mode=none", "tls.enabled=false")]
    public void Template_OtherSources_HoldTheInvariants(params string[] set)
    {
        Helm.SkipUnlessPresent();
        Invariants.Check(RenderedChart.Of(null, set));
    }

    [Theory]
    [InlineData("image.tag=latest")]
    [InlineData("autoscaling.mode=both")]
    [InlineData("unknown=1")]
    [InlineData("gateway.drainSeconds=0")]
    [InlineData("encoder.provider=tpu")]
    [InlineData("redis.image=redis:latest")]
    public void Template_BadValue_IsRefusedByTheSchema(string set)
    {
        Helm.SkipUnlessPresent();
        var failure = Assert.Throws<InvalidOperationException>(() => Helm.Template(null, set));
        Assert.Contains(set.Split('=')[0].Split('.')[^1], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_TlsWithoutASecret_SaysWhichValueIsMissing()
    {
        Helm.SkipUnlessPresent();
        var failure = Assert.Throws<InvalidOperationException>(() => Helm.Template(null, "tls.enabled=true", "redis.mode=none"));
        Assert.Contains("tls.existingSecret", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Combinations that would be less safe than they look.</summary>
    [Theory]
    [InlineData("redis.external.cidrs", "redis.mode=external", "redis.external.configuration=redis.example:6379")]
    [InlineData("neither TLS nor a password", "tls.enabled=true", "tls.existingSecret=cafe-tls")]
    public void Template_UnsafeCombination_IsRefusedAndSaysWhy(string said, params string[] set)
    {
        Helm.SkipUnlessPresent();
        var failure = Assert.Throws<InvalidOperationException>(() => Helm.Template(null, set));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_ExternalRedisWithoutPolicies_NeedsNoAddresses()
    {
        Helm.SkipUnlessPresent();
        Invariants.Check(RenderedChart.Of(null, "redis.mode=external", "redis.external.configuration=redis.example:6379", "networkPolicy.enabled=false"));
    }

    [Fact]
    public void Parse_FieldThatTheApiLacks_Fails() =>
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.Deserialize<V1Service>(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\nspec:\n  clusterIp: None\n", strict: true));
}
