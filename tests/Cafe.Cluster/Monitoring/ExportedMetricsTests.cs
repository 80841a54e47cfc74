using System.Text.Json;
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

/// <summary>Every metric and label that a dashboard, an alert or a scaler asks for is exported by the running services.</summary>
public sealed partial class ExportedMetricsTests(ExportedMetricsTests.RunningSystem system) : IClassFixture<ExportedMetricsTests.RunningSystem>
{
    // Set on every target by the operator's PodMonitor, and by the relabelling in ours; `le` is a histogram's.
    private static readonly string[] OfTheTarget = ["namespace", "pod", "component", "le"];
    [Fact]
    public void Metrics_AskedForByTheChart_AreExported()
    {
        Helm.SkipUnlessPresent();
        var wanted = Asked().Select(asked => asked.Expression).Concat(Adapted()).SelectMany(expression => PromQl.Read(expression).Selectors).Select(selector => selector.Metric).Distinct().ToList();
        Assert.Contains("cafe_queue_depth", wanted);
        Assert.Empty(wanted.Except(system.Texts.SelectMany(text => Name().Matches(text)).Select(match => match.Value)).Order());
    }

    /// <summary>A label that nothing exports matches nothing, in silence.</summary>
    [Fact]
    public void Labels_AskedForByTheChart_AreExportedWithTheValuesAskedFor()
    {
        Helm.SkipUnlessPresent();
        Assert.Contains(RenderedChart.Of(null, "monitoring.podMonitor.enabled=true").All<PodMonitor>().Single().Spec.PodMetricsEndpoints.Single().Relabelings, relabeling => relabeling.TargetLabel == "component");
        var exported = PromQl.Exported(system.Texts);
        var wrong = new List<string>();
        var labels = 0;
        foreach (var (expression, shown) in Asked())
        {
            var query = PromQl.Read(expression);
            foreach (var selector in query.Selectors.Where(selector => exported.ContainsKey(selector.Metric)))
            {
                foreach (var label in selector.Matchers.Select(matcher => matcher.Label).Concat(query.GroupedBy).Except(OfTheTarget))
                {
                    labels++;
                    if (!exported[selector.Metric].ContainsKey(label))
                    {
                        wrong.Add($"{selector.Metric} has no label {label}: {expression}");
                    }
                }

                wrong.AddRange(from matcher in selector.Matchers
                               where matcher.Operator == "=" && !matcher.Value.StartsWith('$') && matcher.Label is not ("namespace" or "pod")
                               where !(matcher.Label == "component" ? Helm.Components.Contains(matcher.Value) : exported[selector.Metric].TryGetValue(matcher.Label, out var values) && values.Contains(matcher.Value))
                               select $"{selector.Metric} never has {matcher.Label}=\"{matcher.Value}\": {expression}");
            }

            // What a panel's legend or an alert's text names must have come through the grouping.
            var kept = query.GroupedBy.Concat(query.Selectors.SelectMany(selector => selector.Matchers).Where(matcher => matcher.Operator == "=").Select(matcher => matcher.Label));
            wrong.AddRange(shown.Except(kept).Select(label => $"{label} is shown, and not in the result of {expression}"));
        }

        Assert.Empty(wrong);
        Assert.True(labels > 20, $"{labels} labels");
    }

    /// <summary>What no series was exported of cannot be checked: nothing but counters of what did not happen.</summary>
    [Fact]
    public void Metrics_AskedForByTheChart_HaveSeriesFromTheStart()
    {
        Helm.SkipUnlessPresent();
        var exported = PromQl.Exported(system.Texts);
        var silent = Asked().SelectMany(asked => PromQl.Read(asked.Expression).Selectors).Select(selector => selector.Metric).Distinct().Where(metric => !exported.ContainsKey(metric)).Order();
        Assert.Empty(silent);
    }

    [Fact]
    public void AlertTests_Series_AreOfMetricsAndLabelsThatAreExported()
    {
        var exported = PromQl.Exported(system.Texts);
        var scripted = PromQl.Read(File.ReadAllText(Path.Combine(Repo.Root, "tests", "Cafe.Cluster", "Monitoring", "alerts.test.yaml"))).Selectors.Where(selector => selector.Matchers.Count > 0).ToList();
        Assert.NotEmpty(scripted);
        Assert.Empty(scripted.SelectMany(selector => selector.Matchers.Where(matcher => !OfTheTarget.Contains(matcher.Label))
            .Where(matcher => !exported[selector.Metric].TryGetValue(matcher.Label, out var values) || (matcher.Label != "code" && !values.Contains(matcher.Value)))
            .Select(matcher => $"{selector.Metric}: {matcher.Label}=\"{matcher.Value}\"")));
    }

    [Fact]
    public void Dashboards_InTheChart_AreRenderedWhole()
    {
        Helm.SkipUnlessPresent();
        var map = RenderedChart.Of(null, "monitoring.dashboards.enabled=true").All<V1ConfigMap>().Single(found => found.Metadata.Name.EndsWith("-dashboards", StringComparison.Ordinal));
        Assert.Equal(Dashboards().Count(), map.Data.Count);
        Assert.All(map.Data.Values, text =>
        {
            using var dashboard = JsonDocument.Parse(text);
            var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
            Assert.NotEmpty(panels);
            Assert.All(panels, panel => Assert.NotEmpty(panel.GetProperty("title").GetString()!));
        });
    }

    private static IEnumerable<string> Dashboards() => Directory.EnumerateFiles(Path.Combine(Helm.Chart, "dashboards"), "*.json").Select(File.ReadAllText);

    /// <summary>Expressions, each with the labels that are shown of its result.</summary>
    private static IEnumerable<(string Expression, string[] Shown)> Asked()
    {
        foreach (var text in Dashboards())
        {
            using var dashboard = JsonDocument.Parse(text);
            foreach (var target in Objects(dashboard.RootElement).Where(found => found.TryGetProperty("expr", out _)))
            {
                var legend = target.TryGetProperty("legendFormat", out var format) ? format.GetString()! : "";
                yield return (target.GetProperty("expr").GetString()!, [.. Shown().Matches(legend).Select(match => match.Groups[1].Value)]);
            }
        }

        foreach (var rule in RenderedChart.Of(null, "monitoring.prometheusRule.enabled=true").All<PrometheusRule>().Single().Spec.Groups.SelectMany(group => group.Rules))
        {
            yield return (rule.Expr, [.. rule.Annotations.Values.SelectMany(text => Shown().Matches(text)).Select(match => match.Groups[1].Value)]);
        }

        foreach (var trigger in RenderedChart.Of(null, "autoscaling.mode=keda").All<ScaledObject>().SelectMany(scaled => scaled.Spec.Triggers))
        {
            yield return (trigger.Metadata["query"], []);
        }
    }

    private static IEnumerable<string> Adapted() =>
        RenderedChart.Of(null, "autoscaling.mode=hpa").All<V2HorizontalPodAutoscaler>().SelectMany(hpa => hpa.Spec.Metrics).Select(metric => metric.Pods.Metric.Name);

    private static IEnumerable<JsonElement> Objects(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Objects(property.Value)).Prepend(element),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Objects),
        _ => [],
    };

    [GeneratedRegex(@"\bcafe_[a-z_]+\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}")]
    private static partial Regex Shown();

    /// <summary>What the four services export after one picture.</summary>
    public sealed class RunningSystem : IAsyncLifetime
    {
        private static readonly string Mini = Path.Combine(Repo.Root, "services", "packs", "mini");

        /// <summary>The text of each service's metrics port.</summary>
        public IReadOnlyList<string> Texts { get; private set; } = [];

        /// <summary>Runs them, and draws the picture.</summary>
        public async ValueTask InitializeAsync()
        {
            var cancel = TestContext.Current.CancellationToken;
            await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Pack = Mini }, cancel);
            using var client = new CafeClient(system.Gateway);
            await client.GenerateToEndAsync(
                new GenerateRequest
                {
                    Subject = new Image { Data = ByteString.CopyFrom(await File.ReadAllBytesAsync(Path.Combine(Mini, "samples", "subject.png"), cancel)) },
                    Text = "on a beach",
                    TextOptions = new TextOptions { MaxTokens = 4 },
                    Options = new DiffusionOptions { Steps = 2 },
                },
                cancel);
            using var http = new HttpClient();
            var texts = new List<string>();
            foreach (var addresses in system.Addresses.Values)
            {
                texts.Add(await http.GetStringAsync(new Uri(addresses.Metrics, "/metrics"), cancel));
            }

            Texts = texts;
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
