using Cafe.Cluster.Charts;
using Cafe.Testing;

namespace Cafe.Cluster.Containers;

/// <summary>The services' images on this machine's podman. Off unless CAFE_CONTAINER_TESTS is 1: building them takes minutes.</summary>
public sealed class Podman : IDisposable
{
    private static readonly string Work = Path.Combine(Repo.Root, "artifacts", "containers");
    private readonly List<string> pods = [];

    public Podman()
    {
        Reason = WhyNot();
        if (Reason is null)
        {
            Environment.SetEnvironmentVariable("CONTAINERS_CONF", Path.Combine(Work, "containers.conf"));
            var script = Path.Combine(Repo.Root, "tests", "Cafe.Cluster", "Containers", "images.sh");
            var (code, output, error) = Tool.Run("bash", [script, Work]);
            Assert.True(code == 0, $"images.sh failed: {output}{error}");
        }
    }

    /// <summary>Why containers can't be run here; null when they can.</summary>
    public string? Reason { get; }

    public string Run(params string[] arguments)
    {
        var (code, output, error) = Tool.Run("podman", arguments);
        return code == 0 ? output : throw new InvalidOperationException($"podman {string.Join(' ', arguments)}: {error}");
    }

    /// <summary>Plays a Pod and returns its address.</summary>
    public string Play(Dictionary<object, object> pod)
    {
        var name = (string)((Dictionary<object, object>)pod["metadata"])["name"];
        var file = Path.Combine(Work, name + ".json");
        File.WriteAllText(file, PlayablePods.Json(pod));
        Tool.Run("podman", ["pod", "rm", "-f", name]);
        pods.Add(name);
        Run("kube", "play", file);
        return Address(name);
    }

    public string Address(string pod)
    {
        var infra = Run("pod", "inspect", "--format", "{{.InfraContainerID}}", pod).Trim();
        return Run("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", infra).Trim();
    }

    /// <summary>How often a container was started again.</summary>
    public int Restarts(string pod, string container) =>
        int.Parse(Run("inspect", "--format", "{{.RestartCount}}", $"{pod}-{container}").Trim(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits for a container's end.</summary>
    /// <returns>Its exit code.</returns>
    public int Wait(string pod, string container) =>
        int.Parse(Run("wait", $"{pod}-{container}").Trim(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What a shell in a container writes, errors among it, whatever its exit code.</summary>
    public string Shell(string pod, string container, string script) =>
        Tool.Run("podman", ["exec", $"{pod}-{container}", "sh", "-c", script]) is var (_, output, error) ? output + error : "";

    public string Logs(string pod, string container) =>
        string.Concat(Tool.Run("podman", ["logs", $"{pod}-{container}"]) is var (_, output, error) ? output + error : "");

    public void Dispose()
    {
        foreach (var pod in pods)
        {
            Tool.Run("podman", ["pod", "rm", "-f", pod]);
        }
    }

    private static string? WhyNot()
    {
        if (Environment.GetEnvironmentVariable("CAFE_CONTAINER_TESTS") != "1")
        {
            return "CAFE_CONTAINER_TESTS is not 1.";
        }

        var missing = new[] { "podman", "buildah", "runc", "debootstrap", "helm", "prometheus", "redis-server", "redis-cli" }
            .Where(tool => Helm.Find(tool) is null && !File.Exists(Path.Combine("/usr/sbin", tool))).ToArray();
        return missing.Length > 0 ? $"absent: {string.Join(", ", missing)}." : null;
    }
}
