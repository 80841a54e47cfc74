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

    /// <summary>A Job's template can't be changed: what would change it makes another Job, and an upgrade that does not leaves it alone.</summary>
    [Theory]
    [InlineData("batch", "jobs.batch.window=9")]
    [InlineData("batch", "jobs.image=cafe/cli:0.1.1")]
    [InlineData("distil", "jobs.distil.completions=8")]
    [InlineData("evaluate", "jobs.evaluate.args={--identity,/data/other}")]
    public void Job_ChangedSpec_IsAnotherJob(string component, string change)
    {
        Helm.SkipUnlessPresent();
        var (before, after) = (Job(RenderedChart.Of("cpu", AllOn), component), Job(RenderedChart.Of("cpu", [.. AllOn, change]), component));
        Assert.NotEqual(k8s.KubernetesYaml.Serialize(before.Spec), k8s.KubernetesYaml.Serialize(after.Spec));
        Assert.NotEqual(before.Metadata.Name, after.Metadata.Name);
    }

    [Fact]
    public void Job_UnderAnotherVersionOfTheChart_IsTheSameJob()
    {
        Helm.SkipUnlessPresent();
        var folder = Directory.CreateTempSubdirectory("cafe-chart-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Helm.Chart, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder.FullName, Path.GetRelativePath(Helm.Chart, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            var chart = Path.Combine(folder.FullName, "Chart.yaml");
            File.WriteAllText(chart, File.ReadAllText(chart).Replace("0.1.0", "0.2.0", StringComparison.Ordinal));
            var (old, other) = (RenderedChart.Of("cpu", AllOn), new RenderedChart(Helm.TemplateOf(folder.FullName, "cpu", AllOn)));
            foreach (var component in new[] { "batch", "distil", "evaluate" })
            {
                var (before, after) = (Job(old, component), Job(other, component));
                Assert.NotEqual(before.Metadata.Labels["helm.sh/chart"], after.Metadata.Labels["helm.sh/chart"]);
                Assert.Equal(before.Metadata.Name, after.Metadata.Name);
                Assert.Equal(k8s.KubernetesYaml.Serialize(before.Spec), k8s.KubernetesYaml.Serialize(after.Spec));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static V1Job Job(RenderedChart chart, string component) => chart.All<V1Job>().Single(job => job.Metadata.Labels["app.kubernetes.io/component"] == component);
}
