using Cafe.Cluster.Charts;

using YamlDotNet.Serialization;

namespace Cafe.Cluster.Containers;

/// <summary>
/// A rendering's Deployments, StatefulSets and Jobs as Pods that <c>podman kube play</c> 4.3 can play. What it can't play is taken out, and only that: probes
/// (gRPC's are unknown to it) and the sleeping preStop hook, declared ports (which it would publish on the host, all the same), replicas, topology
/// spread, the ServiceAccount and pull policy (no cluster, no registry). There are no Services either: names of Services become entries of the pods'
/// hosts files. Nor are there claims: a folder takes a claim's place. A Job's index, which its controller would set, is 0.
/// </summary>
internal static class PlayablePods
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer Writer = new SerializerBuilder().JsonCompatible().Build();
    private static readonly string[] Kinds = ["Deployment", "StatefulSet", "Job"];

    /// <summary>JSON of each component's Pod, by component.</summary>
    public static IReadOnlyDictionary<string, Dictionary<object, object>> From(string yaml) =>
        yaml.Split("\n---").Where(document => Kinds.Any(kind => document.Contains($"\nkind: {kind}\n", StringComparison.Ordinal)))
            .Select(document => Reader.Deserialize<Dictionary<object, object>>(document.TrimStart('-', '\n')))
            .ToDictionary(Component, Pod);

    /// <summary>A Pod's other name: a second replica, which the player does not know.</summary>
    public static string Rename(Dictionary<object, object> pod, string suffix) => (string)(Map(pod, "metadata")["name"] += suffix);

    /// <summary>A Pod's name.</summary>
    public static string Name(Dictionary<object, object> pod) => (string)Map(pod, "metadata")["name"];

    /// <summary>Adds lines to a Pod's hosts file.</summary>
    public static void AddHosts(Dictionary<object, object> pod, IEnumerable<(string Name, string Address)> hosts) =>
        Map(pod, "spec")["hostAliases"] = hosts
            .Select(host => (object)new Dictionary<object, object> { ["ip"] = host.Address, ["hostnames"] = new List<object> { host.Name } })
            .ToList();

    /// <summary>Puts a folder in the place of the claim <c>data</c>; the pods' user may write there.</summary>
    public static void Claim(Dictionary<object, object> pod, string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        }

        var volumes = (List<object>)Map(pod, "spec")["volumes"];
        volumes.RemoveAll(volume => (string)((Dictionary<object, object>)volume)["name"] == "data");
        volumes.Add(new Dictionary<object, object> { ["name"] = "data", ["hostPath"] = new Dictionary<object, object> { ["path"] = folder, ["type"] = "Directory" } });
    }

    public static string Json(Dictionary<object, object> pod) => Writer.Serialize(pod);

    private static string Component(Dictionary<object, object> document) =>
        (string)Map(document, "metadata", "labels")["app.kubernetes.io/component"];

    private static Dictionary<object, object> Pod(Dictionary<object, object> document)
    {
        var template = Map(document, "spec", "template");
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
            if (container.TryGetValue("args", out var arguments))
            {
                container["args"] = ((List<object>)arguments).ConvertAll(argument => (object)$"{argument}".Replace("$(JOB_COMPLETION_INDEX)", "0", StringComparison.Ordinal));
            }
        }

        return new Dictionary<object, object>
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new Dictionary<object, object>
            {
                ["name"] = (string)Map(document, "metadata")["name"],
                ["labels"] = Map(template, "metadata", "labels"),
            },
            ["spec"] = spec,
        };
    }

    private static Dictionary<object, object> Map(Dictionary<object, object> node, params string[] path) =>
        path.Aggregate(node, (current, key) => (Dictionary<object, object>)current[key]);
}
