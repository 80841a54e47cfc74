using Cafe.Cluster.Charts;

using YamlDotNet.Serialization;

namespace Cafe.Cluster.Containers;

/// <summary>
/// A rendering's Deployments as Pods that <c>podman kube play</c> 4.3 can play. What it can't play is taken out, and only that: gRPC
/// probes and the sleeping preStop hook (unknown to it), declared ports (which it would publish on the host, all the same), replicas, topology spread, the ServiceAccount and pull policy (no cluster, no registry). There are
/// no Services either: names of Services become entries of the gateway's hosts file.
/// </summary>
internal static class PlayablePods
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer Writer = new SerializerBuilder().JsonCompatible().Build();

    /// <summary>JSON of each component's Pod, by component.</summary>
    public static IReadOnlyDictionary<string, Dictionary<object, object>> From(string yaml) =>
        yaml.Split("\n---").Where(document => document.Contains("\nkind: Deployment\n", StringComparison.Ordinal))
            .Select(document => Reader.Deserialize<Dictionary<object, object>>(document.TrimStart('-', '\n')))
            .ToDictionary(Component, Pod);

    /// <summary>A Pod's other name: a second replica, which the player does not know.</summary>
    public static string Rename(Dictionary<object, object> pod, string suffix) => (string)(Map(pod, "metadata")["name"] += suffix);

    /// <summary>Adds lines to a Pod's hosts file.</summary>
    public static void AddHosts(Dictionary<object, object> pod, IEnumerable<(string Name, string Address)> hosts) =>
        Map(pod, "spec")["hostAliases"] = hosts
            .Select(host => (object)new Dictionary<object, object> { ["ip"] = host.Address, ["hostnames"] = new List<object> { host.Name } })
            .ToList();

    public static string Json(Dictionary<object, object> pod) => Writer.Serialize(pod);

    private static string Component(Dictionary<object, object> deployment) =>
        (string)Map(deployment, "metadata", "labels")["app.kubernetes.io/component"];

    private static Dictionary<object, object> Pod(Dictionary<object, object> deployment)
    {
        var template = Map(deployment, "spec", "template");
        var spec = Map(template, "spec");
        foreach (var name in new[] { "topologySpreadConstraints", "serviceAccountName", "tolerations", "runtimeClassName" })
        {
            spec.Remove(name);
        }

        foreach (var container in ((List<object>)spec["containers"]).Cast<Dictionary<object, object>>())
        {
            foreach (var name in new[] { "startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "ports" })
            {
                container.Remove(name);
            }

            container["imagePullPolicy"] = "Never";
        }

        return new Dictionary<object, object>
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new Dictionary<object, object>
            {
                ["name"] = (string)Map(deployment, "metadata")["name"],
                ["labels"] = Map(template, "metadata", "labels"),
            },
            ["spec"] = spec,
        };
    }

    private static Dictionary<object, object> Map(Dictionary<object, object> node, params string[] path) =>
        path.Aggregate(node, (current, key) => (Dictionary<object, object>)current[key]);
}
