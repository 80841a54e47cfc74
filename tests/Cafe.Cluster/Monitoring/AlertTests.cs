using Cafe.Cluster.Charts;
using Cafe.Cluster.Custom;
using Cafe.Testing;

namespace Cafe.Cluster.Monitoring;

/// <summary>The alerts parse, name an action, and fire when they should and not before.</summary>
public sealed class AlertTests
{
    private static readonly string? Promtool = Helm.Find("promtool");

    [Fact]
    public void Rules_Promtool_Accepts() => WithRules(rules =>
    {
        var (code, output, error) = Tool.Run(Promtool!, ["check", "rules", rules]);
        Assert.True(code == 0, output + error);
    });

    [Fact]
    public void Alerts_OverScriptedSeries_FireWhenTheyShould() => WithRules(rules =>
    {
        var tests = Path.Combine(Path.GetDirectoryName(rules)!, "alerts.test.yaml");
        File.Copy(Path.Combine(Repo.Root, "tests", "Cafe.Cluster", "Monitoring", "alerts.test.yaml"), tests);
        var (code, output, error) = Tool.Run(Promtool!, ["test", "rules", tests]);
        Assert.True(code == 0, output + error);
        Assert.All(AlertsOfTheChart(), rule =>
            Assert.Contains($"alertname: {rule.Alert}\n", File.ReadAllText(tests), StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("keda", "gateway encoder")]
    [InlineData("hpa", "gateway encoder assistant diffuser")]
    public void StageGone_PoolThatMayGoToZero_IsNotMissed(string mode, string missed)
    {
        Helm.SkipUnlessPresent();
        var rule = RenderedChart.Of("keda", $"autoscaling.mode={mode}", "monitoring.prometheusRule.enabled=true").All<PrometheusRule>()
            .Single().Spec.Groups.SelectMany(group => group.Rules).Single(rule => rule.Alert == "CafeStageGone");
        Assert.Equal(missed.Split(' ').Select(component => $"absent(cafe_ready{{namespace=\"{Helm.Namespace}\",component=\"{component}\"}})"), rule.Expr.Split(" or "));
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

    // The rules as the chart renders them, in a file of their own, as Prometheus has them from the operator.
    private static void WithRules(Action<string> check)
    {
        Helm.SkipUnlessPresent();
        Assert.SkipWhen(Promtool is null, "promtool is not on the PATH (Debian's prometheus has it).");
        var folder = Directory.CreateTempSubdirectory("cafe-rules-");
        try
        {
            var rendered = Helm.Template(null, "monitoring.prometheusRule.enabled=true").Split("\n---").Single(document => document.Contains("\nkind: PrometheusRule\n", StringComparison.Ordinal));
            var rules = Path.Combine(folder.FullName, "cafe.rules.yaml");
            File.WriteAllText(rules, rendered[(rendered.IndexOf("\nspec:\n", StringComparison.Ordinal) + "\nspec:\n".Length)..]);
            check(rules);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<Rule> AlertsOfTheChart()
    {
        Helm.SkipUnlessPresent();
        return RenderedChart.Of(null, "monitoring.prometheusRule.enabled=true").All<PrometheusRule>()
            .Single().Spec.Groups.SelectMany(group => group.Rules).Where(rule => rule.Alert is not null);
    }
}
