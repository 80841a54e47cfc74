using System.Globalization;
using Cafe.Cluster.Charts;

namespace Cafe.Cluster.Containers;

/// <summary>A container driven into its memory limit.</summary>
internal static class MemoryLimit
{
    // What the kernel's killer took with -9.
    private const string Killed = "137";

    // Beside the service something eats memory without end, while the service offers itself as the victim: what is killed at the limit is
    // the container's first process, as it would be had it grown by itself.
    private const string Hit = "echo 1000 >/proc/1/oom_score_adj && exec tail /dev/zero";

    /// <summary>Returns when the kernel has killed the container.</summary>
    public static async Task HitBy(string pod, string container)
    {
        var name = $"{pod}-{container}";
        var since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        // Its own exit code may be lost: podman looks for it while the container that it ran in is started again.
        var (code, output, error) = Tool.Run("podman", ["exec", name, "sh", "-c", Hit]);
        Assert.True(code != 0, output + error);
        var deaths = "";
        await Scraping.UntilAsync(
            () =>
            {
                (_, deaths, _) = Tool.Run("podman", ["events", "--stream=false", "--since", since, "--filter", $"container={name}", "--filter", "event=died", "--format", "{{.ContainerExitCode}}"]);
                return Task.FromResult(deaths.Trim().Length > 0);
            },
            $"the death of {name} ({code}: {output}{error})");
        Assert.Equal(Killed, deaths.Trim());
    }
}
