using System.Text.Json;
using Cafe.Cluster.Charts;
using Cafe.Testing.Processes;

namespace Cafe.Cluster.Containers;

/// <summary>A real Prometheus over the pods that run.</summary>
internal static class Scraping
{
    /// <summary>A real Prometheus finds all pods up, and ready by their own metric.</summary>
    public static async Task CheckAsync(IReadOnlyList<string> addresses, string folder)
    {
        var listen = $"127.0.0.1:{FreePorts.Take(1)[0]}";
        var prometheus = Helm.Find("prometheus") ?? throw new InvalidOperationException("prometheus is absent; the test should have been skipped.");
        var config = Path.Combine(folder, "prometheus.yaml");
        await File.WriteAllTextAsync(config, $"global: {{ scrape_interval: 1s }}\nscrape_configs: [{{ job_name: cafe, static_configs: [{{ targets: [{string.Join(", ", addresses.Select(address => $"'{address}:9090'"))}] }}] }}]\n");
        using var process = System.Diagnostics.Process.Start(prometheus, [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", $"--web.listen-address={listen}", "--log.level=error"]);
        try
        {
            using var http = new HttpClient();
            await UntilAsync(async () => await Count("up == 1") == addresses.Count, "all targets up");
            await UntilAsync(async () => await Count("cafe_ready == 1") == addresses.Count, "all services ready");
            Assert.Equal(1, await Count("sum(cafe_pictures_total) > 0"));

            async Task<int> Count(string query)
            {
                using var answer = JsonDocument.Parse(await http.GetStringAsync($"http://{listen}/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken));
                return answer.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits a minute, at most, for something that must come to hold.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var attempt = 0; attempt < 120; attempt++)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // What is asked is starting.
            }

            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"After a minute: not {what}.");
    }
}
