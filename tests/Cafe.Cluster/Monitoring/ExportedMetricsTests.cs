using System.Text.RegularExpressions;
using Cafe.Cli.Embedded;
using Cafe.Client;
using Cafe.Cluster.Charts;
using Cafe.Cluster.Custom;
using Cafe.Testing;
using Cafe.V1;
using Google.Protobuf;
using k8s.Models;

namespace Cafe.Cluster.Monitoring;

/// <summary>Every metric that a dashboard, an alert or a scaler asks for is exported by the running services.</summary>
public sealed partial class ExportedMetricsTests
{
    private static readonly string Mini = Path.Combine(Repo.Root, "services", "packs", "mini");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AskedForByTheChart_AreExported()
    {
        Helm.SkipUnlessPresent();
        var wanted = Dashboards().Concat(Alerts()).Concat(Scalers()).SelectMany(Names).Distinct().ToList();
        Assert.Contains("cafe_queue_depth", wanted);

        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = Mini }, Cancel);
        using var client = new CafeClient(system.Gateway);
        await client.GenerateToEndAsync(
            new GenerateRequest
            {
                Subject = new Image { Data = ByteString.CopyFrom(await File.ReadAllBytesAsync(Path.Combine(Mini, "samples", "subject.png"), Cancel)) },
                Text = "on a beach",
                TextOptions = new TextOptions { MaxTokens = 4 },
                Options = new DiffusionOptions { Steps = 2 },
            },
            Cancel);
        using var http = new HttpClient();
        var exported = new HashSet<string>();
        foreach (var addresses in system.Addresses.Values)
        {
            exported.UnionWith(Names(await http.GetStringAsync(new Uri(addresses.Metrics, "/metrics"), Cancel)));
        }

        Assert.Empty(wanted.Except(exported).Order());
    }

    [Fact]
    public void Dashboards_InTheChart_AreRenderedWhole()
    {
        Helm.SkipUnlessPresent();
        var map = RenderedChart.Of(null, "monitoring.dashboards.enabled=true").All<V1ConfigMap>().Single(found => found.Metadata.Name.EndsWith("-dashboards", StringComparison.Ordinal));
        Assert.Equal(Dashboards().Count(), map.Data.Count);
        Assert.All(map.Data.Values, text =>
        {
            using var dashboard = System.Text.Json.JsonDocument.Parse(text);
            var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
            Assert.NotEmpty(panels);
            Assert.All(panels, panel => Assert.NotEmpty(panel.GetProperty("title").GetString()!));
        });
    }

    private static IEnumerable<string> Dashboards() => Directory.EnumerateFiles(Path.Combine(Helm.Chart, "dashboards"), "*.json").Select(File.ReadAllText);

    private static IEnumerable<string> Alerts() =>
        RenderedChart.Of(null, "monitoring.prometheusRule.enabled=true").All<PrometheusRule>().Single().Spec.Groups.SelectMany(group => group.Rules).Select(rule => rule.Expr);

    private static IEnumerable<string> Scalers() =>
        RenderedChart.Of(null, "autoscaling.mode=keda").All<ScaledObject>().SelectMany(scaled => scaled.Spec.Triggers).Select(trigger => trigger.Metadata["query"])
            .Concat(RenderedChart.Of(null, "autoscaling.mode=hpa").All<V2HorizontalPodAutoscaler>().SelectMany(hpa => hpa.Spec.Metrics).Select(metric => metric.Pods.Metric.Name));

    private static IEnumerable<string> Names(string text) => Metric().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"\bcafe_[a-z_]+\b")]
    private static partial Regex Metric();
}
