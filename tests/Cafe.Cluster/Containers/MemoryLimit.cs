using Cafe.Cluster.Charts;

namespace Cafe.Cluster.Containers;

/// <summary>A container driven into its memory limit.</summary>
internal static class MemoryLimit
{
    // What the kernel's killer took with -9; the shell's child says so too.
    private const int Killed = 137;

    // Beside the service something eats memory without end, while the service offers itself as the victim: what is killed at the limit is
    // the container's first process, as it would be had it grown by itself.
    private const string Hit = "echo 1000 >/proc/1/oom_score_adj && exec tail /dev/zero";

    /// <summary>Returns when the kernel has killed the container.</summary>
    public static void HitBy(string pod, string container)
    {
        var (code, output, error) = Tool.Run("podman", ["exec", $"{pod}-{container}", "sh", "-c", Hit]);
        Assert.True(code == Killed, $"The limit was not hit ({code}): {output}{error}");
    }
}
