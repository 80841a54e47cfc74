using Cafe.Cluster.Charts;
using Cafe.Cluster.Custom;

namespace Cafe.Cluster.Monitoring;

/// <summary>What KEDA hears from Prometheus when it asks the queries of the chart: with pods, with none, and of others.</summary>
public sealed class ScalerTests
{
    private static readonly string? Promtool = Helm.Find("promtool");

    private const string TwoPods = """
          - { series: 'cafe_queue_depth{namespace="cafe",pod="demo-cafe-STAGE-7d9-a"}', values: 5x10 }
          - { series: 'cafe_queue_depth{namespace="cafe",pod="demo-cafe-STAGE-7d9-b"}', values: 7x10 }
          - { series: 'cafe_predicted_wait_seconds{namespace="cafe",pod="demo-cafe-STAGE-7d9-a"}', values: 2x10 }
          - { series: 'cafe_predicted_wait_seconds{namespace="cafe",pod="demo-cafe-STAGE-7d9-b"}', values: 4x10 }
        """;

    private const string ThreeWait = """
          - { series: 'cafe_gateway_waiting{namespace="cafe",pod="demo-cafe-gateway-5c-a",stage="STAGE"}', values: 1x10 }
          - { series: 'cafe_gateway_waiting{namespace="cafe",pod="demo-cafe-gateway-5c-b",stage="STAGE"}', values: 2x10 }
        """;

    // Another stage, another release, another namespace.
    private const string Others = """
          - { series: 'cafe_queue_depth{namespace="cafe",pod="demo-cafe-other-7d9-a"}', values: 100x10 }
          - { series: 'cafe_queue_depth{namespace="cafe",pod="more-cafe-STAGE-7d9-a"}', values: 100x10 }
          - { series: 'cafe_queue_depth{namespace="else",pod="demo-cafe-STAGE-7d9-a"}', values: 100x10 }
          - { series: 'cafe_gateway_waiting{namespace="cafe",pod="demo-cafe-gateway-5c-a",stage="other"}', values: 100x10 }
          - { series: 'cafe_gateway_waiting{namespace="else",pod="demo-cafe-gateway-5c-a",stage="STAGE"}', values: 100x10 }
          - { series: 'cafe_predicted_wait_seconds{namespace="else",pod="demo-cafe-STAGE-7d9-a"}', values: 100x10 }
        """;

    public static TheoryData<string, string, double, double> Cases => new()
    {
        { "no pod, three requests at the gateway", ThreeWait + "\n" + Others, 3, 0 },
        { "no pod, nobody waits", Others, 0, 0 },
        { "pods with requests of their own", TwoPods + "\n" + Others, 12, 3 },
        { "both", TwoPods + "\n" + ThreeWait, 15, 3 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Queries_OfEveryStage_AnswerANumber(string what, string series, double waiting, double wait)
    {
        Helm.SkipUnlessPresent();
        Assert.SkipWhen(Promtool is null, "promtool is not on the PATH (Debian's prometheus has it).");
        var scaled = RenderedChart.Of("keda").All<ScaledObject>().ToList();
        var folder = Directory.CreateTempSubdirectory("cafe-scalers-");
        try
        {
            foreach (var stage in Helm.Stages)
            {
                var triggers = scaled.Single(found => found.Spec.ScaleTargetRef.Name == $"{Helm.Release}-cafe-{stage}").Spec.Triggers.ToDictionary(trigger => trigger.Name!, trigger => trigger.Metadata);
                var test = Path.Combine(folder.FullName, $"{stage}.test.yaml");
                File.WriteAllText(test, $"""
                    tests:
                      - interval: 1m
                        input_series:
                    {series.Replace("STAGE", stage, StringComparison.Ordinal).Replace("  - {", "          - {", StringComparison.Ordinal)}
                        promql_expr_test:
                          - {Asked(triggers["queue-depth"]["query"], waiting)}
                          - {Asked(triggers["predicted-wait"]["query"], wait)}
                    """);
                var (code, output, error) = Tool.Run(Promtool!, ["test", "rules", test]);
                Assert.True(code == 0, $"{what}: {output}{error}");

                // KEDA starts a pool whose number is above this one.
                Assert.Equal("0", triggers["queue-depth"]["activationThreshold"]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static string Asked(string query, double value) => FormattableString.Invariant($"{{ expr: '{query}', eval_time: 5m, exp_samples: [{{ labels: '{{}}', value: {value} }}] }}");
    }
}
