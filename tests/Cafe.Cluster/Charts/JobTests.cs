using Cafe.Cli;
using k8s.Models;

namespace Cafe.Cluster.Charts;

/// <summary>The indexed Jobs run commands that the command line has, with options that those commands take.</summary>
public sealed class JobTests
{
    /// <summary>Values that turn every Job on.</summary>
    public static string[] AllOn { get; } =
    [
        "jobs.image=cafe/cli:0.1.0",
        "jobs.batch.enabled=true", "jobs.batch.claimName=work",
        "jobs.distil.enabled=true", "jobs.distil.claimName=work", "jobs.distil.clip=clip", "jobs.distil.dino=dino", "jobs.distil.completions=7", "jobs.distil.args={--filter,/data/filter.json}",
        "jobs.evaluate.enabled=true", "jobs.evaluate.claimName=work", "jobs.evaluate.args={--identity,/data/identity,--conditions,both\\,semantic}",
    ];

    [Theory]
    [InlineData("batch", "batch")]
    [InlineData("distil", "distill")]
    [InlineData("evaluate", "eval run")]
    public void Job_Rendered_IsIndexedAndItsArgumentsAreTheCommandLines(string component, string command)
    {
        Helm.SkipUnlessPresent();
        var job = Job(RenderedChart.Of("cpu", AllOn), component);
        Assert.Equal("Indexed", job.Spec.CompletionMode);
        Assert.Equal(component == "distil" ? 7 : 1, job.Spec.Completions);
        var container = job.Spec.Template.Spec.Containers.Single();
        Assert.Equal("work", job.Spec.Template.Spec.Volumes.Single(volume => volume.Name == "data").PersistentVolumeClaim.ClaimName);
        Assert.Equal(2, container.Args.Count(argument => argument.Contains("$(JOB_COMPLETION_INDEX)", StringComparison.Ordinal)));

        var parsed = CafeCommandLine.Create().Parse([.. container.Args.Select(argument => argument.Replace("$(JOB_COMPLETION_INDEX)", "0", StringComparison.Ordinal))]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(command.Split(' ')[^1], parsed.CommandResult.Command.Name);
        Assert.Contains("http://demo-cafe-gateway.cafe.svc:8080", container.Args);
    }

    [Theory]
    [InlineData("jobs.image=", "jobs.image is required")]
    [InlineData("jobs.distil.claimName=", "jobs.distil.claimName is required")]
    [InlineData("jobs.distil.dino=", "jobs.distil.dino is required")]
    [InlineData("jobs.evaluate.window=65", "window")]
    [InlineData("jobs.distil.alpha=half", "alpha")]
    public void Job_ValueMissingOrWrong_IsNamed(string set, string named)
    {
        Helm.SkipUnlessPresent();
        var failure = Assert.Throws<InvalidOperationException>(() => Helm.Template(null, [.. AllOn, set]));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Where the callers are named, Jobs are callers too; and with TLS and keys they trust the authority and show theirs.</summary>
    [Fact]
    public void Job_BesideNamedCallersTlsAndKeys_ReachesTheGateway()
    {
        Helm.SkipUnlessPresent();
        var chart = RenderedChart.Of("tls", [.. AllOn, "jobs.apiKey.existingSecret=batch-key", "networkPolicy.callers[0].podSelector.matchLabels.app=web"]);
        var from = Policy("gateway").Spec.Ingress.First(rule => rule.Ports.Any(port => port.Port.Value == "8080")).FromProperty.Select(peer => peer.PodSelector.MatchLabels).ToList();
        foreach (var component in new[] { "batch", "distil", "evaluate" })
        {
            var pod = Job(chart, component).Spec.Template;
            Assert.Contains(from, labels => labels.All(pair => pod.Metadata.Labels.TryGetValue(pair.Key, out var value) && value == pair.Value));
            Assert.Contains(Policy(component).Spec.Egress, rule => rule.To[0].PodSelector?.MatchLabels["app.kubernetes.io/component"] == "gateway");
            var container = pod.Spec.Containers.Single();
            Assert.Contains("https://demo-cafe-gateway.cafe.svc:8080", container.Args);
            Assert.Equal("/tls/ca.crt", container.Env.Single(variable => variable.Name == "SSL_CERT_FILE").Value);
            Assert.Equal("batch-key", container.Env.Single(variable => variable.Name == "CAFE_API_KEY").ValueFrom.SecretKeyRef.Name);
        }

        V1NetworkPolicy Policy(string component) => chart.All<V1NetworkPolicy>().Single(policy => policy.Spec.PodSelector.MatchLabels["app.kubernetes.io/component"] == component);
    }

    private static V1Job Job(RenderedChart chart, string component) => chart.All<V1Job>().Single(job => job.Metadata.Labels["app.kubernetes.io/component"] == component);
}
