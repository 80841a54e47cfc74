using Cafe.ServiceDefaults.Telemetry;
using Cafe.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.ServiceDefaults.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_TwoHostsInAProcess_DoNotMix()
    {
        await using var one = await TestHost.Start("one");
        await using var two = await TestHost.Start("two");
        foreach (var (host, count) in new[] { (one, 2), (two, 5) })
        {
            host.Services.GetRequiredService<CafeMetrics>().Counter("cups_total", "Cups.").Add(count);
        }

        Assert.Contains("cafe_cups_total 2", await Scrape(one));
        Assert.Contains("# TYPE cafe_cups_total counter", await Scrape(one));
        Assert.Contains("cafe_cups_total 5", await Scrape(two));
    }

    [Fact]
    public async Task Metrics_Histogram_HasItsOwnBuckets()
    {
        await using var host = await TestHost.Start();
        var metrics = host.Services.GetRequiredService<CafeMetrics>();

        metrics.Histogram("batch_rows", "Rows.", CafeMetrics.BatchRows).Record(3);

        var text = await Scrape(host);
        Assert.Contains("cafe_batch_rows_bucket{le=\"3\"} 1", text);
        Assert.Contains("cafe_batch_rows_bucket{le=\"2\"} 0", text);
        Assert.DoesNotContain("le=\"0.005\"} 0\ncafe_batch_rows", text);
    }

    [Fact]
    public async Task Metrics_AfterACall_HaveItsDurationAndReadiness()
    {
        await using var host = await TestHost.Start();
        await host.Client.EncodeAsync(new EncodeRequest());

        var text = await Scrape(host);

        Assert.Contains("cafe_ready 1", text);
        Assert.Contains("cafe_rpc_duration_seconds_count{code=\"OK\",method=\"/cafe.v1.EncoderService/Encode\"} 1", text);
        Assert.Contains("cafe_rpc_running{method=\"/cafe.v1.EncoderService/Encode\"} 0", text);
    }

    [Fact]
    public async Task Metrics_UpDownAndGauge_HaveTheirValueAtTheScrape()
    {
        await using var host = await TestHost.Start();
        var metrics = host.Services.GetRequiredService<CafeMetrics>();
        var level = 0.5;
        var running = metrics.UpDown("running", "Running.");
        metrics.Gauge("level", "Level.", () => level);
        running.Add(3);
        running.Add(-1);

        Assert.Contains("cafe_level 0.5", await Scrape(host));
        level = 0.25;

        var text = await Scrape(host);
        Assert.Contains("cafe_level 0.25", text);
        Assert.Contains("cafe_running 2", text);
    }

    [Fact]
    public async Task Metrics_LabelsInAnotherOrder_AreTheSameSeries()
    {
        await using var host = await TestHost.Start();
        var counter = host.Services.GetRequiredService<CafeMetrics>().Counter("cups_total", "Cups.");
        var (kind, colour) = (new KeyValuePair<string, object?>("kind", "tea"), new KeyValuePair<string, object?>("colour", "red"));

        counter.Add(1, kind, colour);
        counter.Add(2, colour, kind);

        Assert.Contains("cafe_cups_total{colour=\"red\",kind=\"tea\"} 3", await Scrape(host));
    }

    [Fact]
    public void Counter_NameWithoutTotal_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddMetrics().AddSingleton<CafeMetrics>()
            .BuildServiceProvider().GetRequiredService<CafeMetrics>().Counter("cups", "Cups."));

    private static async Task<string> Scrape(TestHost host)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(host.Addresses.Metrics, "/metrics"));
    }
}
