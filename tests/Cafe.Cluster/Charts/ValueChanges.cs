using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Cafe.Cluster.Charts;

/// <summary>For every value of values.yaml, down to the last one of a map, a setting that differs from its default and that the schema allows.</summary>
internal static partial class ValueChanges
{
    private static readonly Dictionary<string, string> Other = new()
    {
        ["image.pullPolicy"] = "Always", ["pack.imageVolume.pullPolicy"] = "Always", ["pack.source"] = "imageVolume", ["gateway.service.type"] = "NodePort",
        ["encoder.provider"] = "cpu", ["assistant.provider"] = "cpu", ["diffuser.provider"] = "cpu", ["autoscaling.mode"] = "none", ["redis.mode"] = "none",
        ["telemetry.logLevel"] = "Debug", ["jobs.distil.alpha"] = "0.9",
    };

    private static readonly Dictionary<string, string> Lists = new()
    {
        ["pullSecrets"] = """[{"name":"x"}]""", ["command"] = """["x"]""", ["args"] = """["x"]""", ["env"] = """[{"name":"X","value":"y"}]""", ["extraEnv"] = """[{"name":"X","value":"y"}]""",
        ["tolerations"] = """[{"key":"x","operator":"Exists"}]""", ["scaleToZero"] = """["encoder"]""", ["callers"] = """[{"podSelector":{}}]""",
    };

    private static readonly Dictionary<string, string> Maps = new()
    {
        ["gateway.apiKeys.limits"] = """{"team-a":{"maxConcurrent":1}}""",
    };

    private static readonly string[] Common =
    [
        .. JobTests.AllOn, "monitoring.podMonitor.enabled=true", "monitoring.prometheusRule.enabled=true", "monitoring.dashboards.enabled=true", "telemetry.otlpEndpoint=http://collector:4317",
        "networkPolicy.packSourceCidrs={10.1.0.0/16}", "networkPolicy.tokenIssuerCidrs={10.2.0.0/16}", "networkPolicy.moderationCidrs={10.3.0.0/16}", "jobs.apiKey.existingSecret=job-key", "gateway.apiKeys.existingSecret=keys",
        "pack.persistentVolumeClaim.claimName=claim", "pack.initContainer.image=pack:1", "pack.imageVolume.reference=pack:1", "tls.existingSecret=tls", "redis.external.cidrs={10.4.0.0/16}",
    ];

    /// <summary>Settings that switch on what values depend on; a value need change something in one of them.</summary>
    public static IReadOnlyList<string[]> Contexts { get; } =
    [
        [.. Common, "autoscaling.mode=keda", "pack.source=initContainer", "redis.storageClassName=fast"],
        [.. Common, "autoscaling.mode=none", "pack.source=persistentVolumeClaim", "redis.mode=external", "redis.external.existingSecret=redis", "tls.enabled=true"],
        [.. Common, "autoscaling.mode=hpa", "pack.source=imageVolume", "redis.mode=external", "redis.external.configuration=redis:6379"],
        [.. Common.Where(setting => !setting.EndsWith(".enabled=true", StringComparison.Ordinal))],
    ];

    /// <summary>path=JSON of each, as --set-json takes it.</summary>
    public static IReadOnlyList<string> Read(string path)
    {
        using var reader = new StreamReader(path);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return [.. Leaves("", "", yaml.Documents[0].RootNode)];
    }

    private static IEnumerable<string> Leaves(string path, string key, YamlNode node) => node switch
    {
        YamlMappingNode { Children.Count: > 0 } map => map.Children.SelectMany(child =>
            Leaves(path.Length == 0 ? Escaped(child.Key) : $"{path}.{Escaped(child.Key)}", ((YamlScalarNode)child.Key).Value!, child.Value)),
        YamlMappingNode => [$"{path}={Maps.GetValueOrDefault(path, """{"changed":"x"}""")}"],
        YamlSequenceNode => [$"{path}={(key.EndsWith("idrs", StringComparison.Ordinal) ? """["10.9.0.0/16"]""" : Lists[key])}"],
        YamlScalarNode scalar => [$"{path}={Changed(path, scalar)}"],
        _ => throw new InvalidOperationException($"{path} is of no known kind."),
    };

    private static string Escaped(YamlNode key) => ((YamlScalarNode)key).Value!.Replace(".", "\\.", StringComparison.Ordinal);

    private static string Changed(string path, YamlScalarNode scalar)
    {
        var value = scalar.Value!;
        if (Other.TryGetValue(path, out var other))
        {
            return JsonSerializer.Serialize(other);
        }

        if (scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && value is "true" or "false")
        {
            return value == "true" ? "false" : "true";
        }

        var more = FirstNumber().Replace(value, match => (long.Parse(match.Value, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture), 1);
        return scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && more != value && long.TryParse(more, CultureInfo.InvariantCulture, out _)
            ? more
            : JsonSerializer.Serialize(more == value ? value + "x" : more);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex FirstNumber();
}
