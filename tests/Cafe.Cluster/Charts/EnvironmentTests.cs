using System.Reflection;
using Cafe.Assistant;
using Cafe.Diffuser;
using Cafe.Encoder;
using Cafe.Gateway;
using k8s.Models;

namespace Cafe.Cluster.Charts;

/// <summary>Every environment variable that the chart sets is an option that the service has: a misspelt one would be ignored in silence.</summary>
public sealed class EnvironmentTests
{
    private static readonly Dictionary<string, Assembly> Services = new()
    {
        ["gateway"] = typeof(GatewayHost).Assembly,
        ["encoder"] = typeof(EncoderHost).Assembly,
        ["assistant"] = typeof(AssistantHost).Assembly,
        ["diffuser"] = typeof(DiffuserHost).Assembly,
    };

    [Theory]
    [InlineData(null)]
    [MemberData(nameof(Helm.ExampleNames), MemberType = typeof(Helm))]
    public void Variables_OfEveryService_NameItsOptions(string? example)
    {
        Helm.SkipUnlessPresent();
        var wrong = new List<string>();
        var seen = 0;
        foreach (var (name, pod, labels) in RenderedChart.Of(example).Pods())
        {
            if (labels.TryGetValue("app.kubernetes.io/component", out var component) && Services.TryGetValue(component, out var service))
            {
                foreach (var variable in pod.Containers.SelectMany(container => container.Env ?? []).Where(variable => variable.Name.Contains("__", StringComparison.Ordinal)))
                {
                    seen++;
                    if (!IsOption(service, variable.Name.Split("__")))
                    {
                        wrong.Add($"{name}: {variable.Name}");
                    }
                }
            }
        }

        Assert.True(seen > 8, $"{seen} variables");
        Assert.Empty(wrong);
    }

    private static bool IsOption(Assembly service, string[] path)
    {
        // The platform's own sections; and the gateway reads one key of the stages' Redis section by its name.
        if (path[0] is "Logging" or "OpenTelemetry" || (service == Services["gateway"] && path is ["Redis", "Configuration"]))
        {
            return true;
        }

        var sections = Reachable(service).SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static) is { IsLiteral: true } section && string.Equals((string?)section.GetRawConstantValue(), path[0], StringComparison.OrdinalIgnoreCase));
        return sections.Any(type => Has(type, path.AsSpan(1)));
    }

    private static IEnumerable<Assembly> Reachable(Assembly service) =>
        service.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Cafe.", StringComparison.Ordinal)).Select(Assembly.Load).Append(service);

    private static bool Has(Type type, ReadOnlySpan<string> path)
    {
        if (path.Length == 0)
        {
            return true;
        }

        // A dictionary or a list takes any key.
        if (type.IsGenericType && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ICollection<>)))
        {
            return Has(type.GetGenericArguments()[^1], path[1..]);
        }

        return type.GetProperty(path[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { CanWrite: true } or { PropertyType.IsClass: true }
            && Has(type.GetProperty(path[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)!.PropertyType, path[1..]);
    }
}
