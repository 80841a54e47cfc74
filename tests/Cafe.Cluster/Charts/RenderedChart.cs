using Cafe.Cluster.Custom;

using k8s;
using k8s.Models;

using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Cafe.Cluster.Charts;

/// <summary>Every object of one rendering, parsed strictly: a field that the API does not have fails.</summary>
internal sealed class RenderedChart
{
    private static readonly IDeserializer Custom = new DeserializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithDuplicateKeyChecking()
        .Build();

    private readonly List<object> objects = [];

    public RenderedChart(string yaml)
    {
        foreach (var document in yaml.Split("\n---", StringSplitOptions.RemoveEmptyEntries))
        {
            var kind = KindOf(document);
            if (kind is not null)
            {
                objects.Add(Parse(kind, document.TrimStart('-', '\n')));
            }
        }
    }

    public static RenderedChart Of(string? example, params string[] set) => new(Helm.Template(example, set));

    public IReadOnlyList<object> Objects => objects;

    public IEnumerable<T> All<T>() => objects.OfType<T>();

    /// <summary>Pod templates with the name of what holds them.</summary>
    public IEnumerable<(string Name, V1PodSpec Spec, IDictionary<string, string> Labels)> Pods() =>
        All<V1Deployment>().Select(d => (d.Name(), d.Spec.Template.Spec, d.Spec.Template.Metadata.Labels))
            .Concat(All<V1StatefulSet>().Select(s => (s.Name(), s.Spec.Template.Spec, s.Spec.Template.Metadata.Labels)))
            .Concat(All<V1Job>().Select(j => (j.Name(), j.Spec.Template.Spec, j.Spec.Template.Metadata.Labels)));

    private static string? KindOf(string document) =>
        document.Split('\n').FirstOrDefault(line => line.StartsWith("kind: ", StringComparison.Ordinal))?["kind: ".Length..].Trim();

    private static object Parse(string kind, string document) => kind switch
    {
        "Deployment" => KubernetesYaml.Deserialize<V1Deployment>(document, strict: true),
        "StatefulSet" => KubernetesYaml.Deserialize<V1StatefulSet>(document, strict: true),
        "Service" => KubernetesYaml.Deserialize<V1Service>(document, strict: true),
        "ServiceAccount" => KubernetesYaml.Deserialize<V1ServiceAccount>(document, strict: true),
        "ConfigMap" => KubernetesYaml.Deserialize<V1ConfigMap>(document, strict: true),
        "Job" => KubernetesYaml.Deserialize<V1Job>(document, strict: true),
        "PodDisruptionBudget" => KubernetesYaml.Deserialize<V1PodDisruptionBudget>(document, strict: true),
        "NetworkPolicy" => KubernetesYaml.Deserialize<V1NetworkPolicy>(document, strict: true),
        "HorizontalPodAutoscaler" => KubernetesYaml.Deserialize<V2HorizontalPodAutoscaler>(document, strict: true),
        "ScaledObject" => Custom.Deserialize<ScaledObject>(document),
        "PodMonitor" => Custom.Deserialize<PodMonitor>(document),
        "PrometheusRule" => Custom.Deserialize<PrometheusRule>(document),
        _ => throw new InvalidOperationException($"The chart renders a {kind}, which no type here describes."),
    };
}
