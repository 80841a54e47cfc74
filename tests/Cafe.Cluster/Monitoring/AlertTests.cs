using Cafe.Cluster.Charts;
using Cafe.Cluster.Custom;
using Cafe.Testing;

namespace Cafe.Cluster.Monitoring;

/// <summary>The alerts parse, name an action, and fire when they should and not before.</summary>
public sealed class AlertTests
{
    private static readonly string Rules = Path.Combine(Helm.Chart, "rules", "cafe.rules.yaml");
    private static readonly string? Promtool = Helm.Find("promtool");

    [Fact]
    public void Rules_Promtool_Accepts()
    {
        Assert.SkipWhen(Promtool is null, "promtool is not on the PATH (Debian's prometheus has it).");
        var (code, output, error) = Tool.Run(Promtool!, ["check", "rules", Rules]);
        Assert.True(code == 0, output + error);
    }

    [Fact]
    public void Alerts_OverScriptedSeries_FireWhenTheyShould()
    {
        Assert.SkipWhen(Promtool is null, "promtool is not on the PATH (Debian's prometheus has it).");
        var tests = Path.Combine(Repo.Root, "tests", "Cafe.Cluster", "Monitoring", "alerts.test.yaml");
        var (code, output, error) = Tool.Run(Promtool!, ["test", "rules", tests]);
        Assert.True(code == 0, output + error);
        Assert.All(AlertsOfTheChart(), rule =>
            Assert.Contains($"alertname: {rule.Alert}\n", File.ReadAllText(tests), StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_All_NameASeverityAndAnAction()
    {
        Helm.SkipUnlessPresent();
        Assert.All(AlertsOfTheChart(), rule =>
        {
            Assert.Contains(rule.Labels["severity"], new[] { "critical", "warning" });
            Assert.NotEmpty(rule.Annotations["summary"]);
            Assert.NotEmpty(rule.Annotations["action"]);
        });
    }

    [Fact]
    public void Alerts_All_AreExplainedToTheOperator()
    {
        var operations = File.ReadAllText(Path.Combine(Repo.Root, "docs", "operations.md"));
        Assert.All(AlertsOfTheChart(), rule => Assert.Contains($"| {rule.Alert} |", operations, StringComparison.Ordinal));
    }

    private static IEnumerable<Rule> AlertsOfTheChart()
    {
        Helm.SkipUnlessPresent();
        return RenderedChart.Of(null, "monitoring.prometheusRule.enabled=true").All<PrometheusRule>()
            .Single().Spec.Groups.SelectMany(group => group.Rules).Where(rule => rule.Alert is not null);
    }
}
