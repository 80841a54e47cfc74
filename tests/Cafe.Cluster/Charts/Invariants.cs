using Cafe.Cluster.Custom;

using k8s.Models;

namespace Cafe.Cluster.Charts;

/// <summary>What must hold of any rendering, whatever the values.</summary>
internal static class Invariants
{
    public static void Check(RenderedChart chart)
    {
        Names(chart);
        foreach (var (name, spec, labels) in chart.Pods())
        {
            Restricted(name, spec);
            Volumes(name, spec);
            Images(name, spec);
            Assert.True(spec.EnableServiceLinks == false, $"{name}: enableServiceLinks");
            Assert.True(spec.AutomountServiceAccountToken == false, $"{name}: automountServiceAccountToken");
            Assert.Equal("cafe", labels["app.kubernetes.io/name"]);
        }

        foreach (var component in Helm.Components)
        {
            Serving(chart, component);
        }

        Selectors(chart);
        Scaling(chart);
    }

    private static void Names(RenderedChart chart)
    {
        var names = chart.Objects.Select(o => o is k8s.IKubernetesObject<V1ObjectMeta> k
            ? $"{o.GetType().Name}/{k.Metadata.Name}" : $"{o.GetType().Name}/{((CustomObject)o).Metadata.Name}").ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    /// <summary>The restricted Pod Security standard, and a read-only root.</summary>
    private static void Restricted(string name, V1PodSpec spec)
    {
        Assert.True(spec.SecurityContext.RunAsNonRoot == true, $"{name}: runAsNonRoot");
        Assert.True(spec.SecurityContext.RunAsUser > 0, $"{name}: runAsUser");
        Assert.Equal("RuntimeDefault", spec.SecurityContext.SeccompProfile.Type);
        Assert.True(spec.HostNetwork is not true && spec.HostPID is not true && spec.HostIPC is not true, $"{name}: host namespaces");
        foreach (var container in spec.Containers.Concat(spec.InitContainers ?? []))
        {
            var context = container.SecurityContext;
            Assert.True(context.AllowPrivilegeEscalation == false, $"{name}/{container.Name}: allowPrivilegeEscalation");
            Assert.True(context.ReadOnlyRootFilesystem == true, $"{name}/{container.Name}: readOnlyRootFilesystem");
            Assert.Equal(["ALL"], context.Capabilities.Drop);
            Assert.True(context.Capabilities.Add is null, $"{name}/{container.Name}: capabilities added");
            Assert.True(container.Resources?.Limits?.ContainsKey("memory") == true, $"{name}/{container.Name}: no memory limit");
            Assert.True(container.Resources?.Requests?.ContainsKey("cpu") == true, $"{name}/{container.Name}: no cpu request");
        }
    }

    private static void Volumes(string name, V1PodSpec spec)
    {
        // A StatefulSet's claims are volumes too; "data" is the bundled Redis's.
        var volumes = (spec.Volumes ?? []).Select(v => v.Name).Append("data").ToHashSet();
        Assert.All(spec.Containers.Concat(spec.InitContainers ?? []).SelectMany(c => c.VolumeMounts ?? []),
            mount => Assert.True(volumes.Contains(mount.Name), $"{name}: no volume {mount.Name}"));
        Assert.True((spec.Volumes ?? []).All(v => v.HostPath is null), $"{name}: hostPath");
    }

    private static void Images(string name, V1PodSpec spec) =>
        Assert.All(spec.Containers, container =>
        {
            Assert.False(container.Image.EndsWith(":latest", StringComparison.Ordinal), $"{name}: {container.Image}");
            Assert.True(container.Image.Contains(':', StringComparison.Ordinal), $"{name}: {container.Image} has no tag");
        });

    private static void Serving(RenderedChart chart, string component)
    {
        var deployment = chart.All<V1Deployment>().Single(d => d.Spec.Selector.MatchLabels["app.kubernetes.io/component"] == component);
        var pod = deployment.Spec.Template.Spec;
        var container = pod.Containers.Single();
        var environment = container.Env.Where(e => e.Value is not null).ToDictionary(e => e.Name, e => e.Value);
        var name = deployment.Metadata.Name;

        Assert.Equal(container.Env.Count, container.Env.Select(e => e.Name).Distinct().Count());

        var drain = int.Parse(environment["Drain__TimeoutSeconds"]);
        var preStop = container.Lifecycle.PreStop.Sleep.Seconds;
        Assert.True(pod.TerminationGracePeriodSeconds > drain + preStop, $"{name}: grace period {pod.TerminationGracePeriodSeconds} s, drain {drain} s after {preStop} s");

        // Probes ask the port that the process is told to open, and that the container declares.
        var ports = container.Ports.ToDictionary(p => p.Name, p => p.ContainerPort);
        Assert.Equal(environment["Listen__GrpcPort"], ports["grpc"].ToString());
        Assert.Equal(environment["Listen__HealthPort"], ports["health"].ToString());
        Assert.Equal(environment["Listen__MetricsPort"], ports["metrics"].ToString());
        Assert.Equal(ports.Count, ports.Values.Distinct().Count());
        foreach (var probe in new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe })
        {
            Assert.Equal(ports["health"], probe.Grpc.Port);
        }

        Assert.True((container.LivenessProbe.PeriodSeconds ?? 10) * (container.LivenessProbe.FailureThreshold ?? 3) >= 60, $"{name}: impatient liveness");

        var account = pod.ServiceAccountName;
        Assert.Contains(chart.All<V1ServiceAccount>(), a => a.Metadata.Name == account);

        if (component == "gateway")
        {
            foreach (var stage in Helm.Stages)
            {
                var address = environment[$"Gateway__Stages__{char.ToUpperInvariant(stage[0])}{stage[1..]}__Address"];
                var uri = new Uri(address);
                var host = uri.AbsolutePath.TrimStart('/').Split(':')[0].Split('.')[0];
                var service = chart.All<V1Service>().Single(s => s.Metadata.Name == host);
                Assert.Equal("None", service.Spec.ClusterIP);
                Assert.Equal("dns", uri.Scheme);
            }
        }
        else
        {
            Assert.Equal("/packs/current", environment["Pack__Path"]);
            Devices(name, pod, container, environment[$"{char.ToUpperInvariant(component[0])}{component[1..]}__Provider"], deployment.Spec.Strategy.RollingUpdate);
        }
    }

    /// <summary>A pod asks for a GPU, and for a node that has one, exactly where its provider needs it; a rollout then never needs one more.</summary>
    private static void Devices(string name, V1PodSpec pod, V1Container container, string provider, V1RollingUpdateDeployment rollout)
    {
        const string Gpu = "nvidia.com/gpu";
        var cuda = provider == "cuda";
        Assert.True(cuda == container.Resources.Limits.ContainsKey(Gpu), $"{name}: provider {provider}, limits {string.Join(", ", container.Resources.Limits.Keys)}");
        Assert.False(container.Resources.Requests.ContainsKey(Gpu), $"{name}: a GPU is asked for by its limit alone");
        Assert.True(cuda == (pod.Tolerations ?? []).Any(toleration => toleration.Key == Gpu), $"{name}: provider {provider}, toleration of {Gpu}");
        Assert.True(cuda || pod.RuntimeClassName is null, $"{name}: provider {provider}, runtime class {pod.RuntimeClassName}");
        Assert.True(cuda || pod.NodeSelector is null || !pod.NodeSelector.Keys.Any(key => key.StartsWith("nvidia.com/", StringComparison.Ordinal)), $"{name}: provider {provider} on nodes with GPUs");
        if (cuda)
        {
            Assert.Equal("0", rollout.MaxSurge.Value);
            Assert.Equal("1", rollout.MaxUnavailable.Value);
        }
    }

    /// <summary>Every selector of a Service, budget and policy matches a pod that is rendered.</summary>
    private static void Selectors(RenderedChart chart)
    {
        var pods = chart.Pods().Select(p => p.Labels).ToList();
        bool Matched(IDictionary<string, string> selector) =>
            pods.Any(labels => selector.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value));

        Assert.All(chart.All<V1Service>(), s => Assert.True(Matched(s.Spec.Selector), s.Metadata.Name));
        Assert.All(chart.All<V1PodDisruptionBudget>(), b => Assert.True(Matched(b.Spec.Selector.MatchLabels), b.Metadata.Name));
        Assert.All(chart.All<V1NetworkPolicy>(), p => Assert.True(Matched(p.Spec.PodSelector.MatchLabels), p.Metadata.Name));
        Assert.All(chart.All<V1Deployment>(), d =>
            Assert.All(d.Spec.Selector.MatchLabels, pair => Assert.Equal(pair.Value, d.Spec.Template.Metadata.Labels[pair.Key])));
    }

    /// <summary>One owner of a replica count: the chart, an HPA or KEDA.</summary>
    private static void Scaling(RenderedChart chart)
    {
        var hpas = chart.All<V2HorizontalPodAutoscaler>().Select(h => h.Spec.ScaleTargetRef.Name);
        var scaled = chart.All<ScaledObject>().Select(s => s.Spec.ScaleTargetRef.Name);
        var owners = hpas.Concat(scaled).ToList();
        Assert.Equal(owners.Count, owners.Distinct().Count());
        foreach (var deployment in chart.All<V1Deployment>())
        {
            Assert.True(owners.Contains(deployment.Metadata.Name) == deployment.Spec.Replicas is null,
                $"{deployment.Metadata.Name}: replicas {deployment.Spec.Replicas} beside an autoscaler, or neither");
        }

        foreach (var policies in chart.All<ScaledObject>())
        {
            Assert.True(policies.Spec.MinReplicaCount > 0 || policies.Spec.Fallback is null, $"{policies.Metadata.Name}: fallback with a minimum of zero");
        }
    }
}
