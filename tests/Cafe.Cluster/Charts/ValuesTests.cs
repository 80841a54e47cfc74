using System.Text;

using Cafe.Testing;

namespace Cafe.Cluster.Charts;

/// <summary>values.yaml, its schema, its templates and its table in the chart's README agree.</summary>
public sealed class ValuesTests
{
    private const string Begin = "<!-- values: begin -->";
    private const string End = "<!-- values: end -->";
    private static IReadOnlyList<ChartValue> Values { get; } = ValuesFile.Read(Path.Combine(Helm.Chart, "values.yaml"));

    /// <summary>A value is used where another one renders other objects, with all else that it depends on switched on.</summary>
    [Fact]
    public void Values_EachChanged_ChangesWhatIsRendered()
    {
        Helm.SkipUnlessPresent();
        var rendered = ValueChanges.Contexts.Select(context => Helm.Template(null, context)).ToArray();
        var unused = ValueChanges.Read(Path.Combine(Helm.Chart, "values.yaml")).AsParallel()
            .Where(change => !ValueChanges.Contexts.Zip(rendered).Any(pair => Differs(pair.First, change, pair.Second))).ToList();
        Assert.True(unused.Count == 0, $"Nothing changes with {string.Join(" or ", unused)}.");

        // What the chart refuses beside one context's other values must do something in another.
        static bool Differs(string[] context, string change, string rendered)
        {
            try
            {
                // The context's own setting of the value would win over it.
                var path = change[..(change.IndexOf('=', StringComparison.Ordinal) + 1)];
                return Helm.Template(null, [.. context.Where(setting => !setting.StartsWith(path, StringComparison.Ordinal)), Helm.Json + change]) != rendered;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }

    [Fact]
    public void Values_All_AreDocumented() =>
        Assert.All(Values.Where(value => !Helm.Stages.Skip(1).Any(stage => value.Path.StartsWith(stage + ".", StringComparison.Ordinal))),
            value => Assert.True(Describe(value).Length > 0, $"values.yaml says nothing of {value.Path}."));

    /// <summary>To rewrite the table after a change: CAFE_UPDATE_DOCS=1 dotnet test tests/Cafe.Cluster --filter Table.</summary>
    [Fact]
    public void Table_InTheChartsReadme_IsTrue()
    {
        var path = Path.Combine(Helm.Chart, "README.md");
        var text = File.ReadAllText(path);
        var from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = text.IndexOf(End, StringComparison.Ordinal);
        var table = Table();
        if (Environment.GetEnvironmentVariable("CAFE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, text[..from] + table + text[to..]);
            return;
        }

        Assert.Equal(table, text[from..to]);
    }

    /// <summary>No image is pulled and no Secret is read that an operator did not find in the values.</summary>
    [Theory, MemberData(nameof(Helm.ExampleNames), MemberType = typeof(Helm))]
    public void ImagesAndSecrets_InEveryPod_AreNamedInValues(string example)
    {
        Helm.SkipUnlessPresent();
        string[] set = [.. JobTests.AllOn, "image.pullSecrets[0].name=registry-login", "image.tag=1.2.3", "jobs.apiKey.existingSecret=batch-key"];
        var named = string.Join('\n', set.Append(File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"))).Append(File.ReadAllText(Path.Combine(Helm.Chart, "examples", example + ".yaml"))));
        var pods = RenderedChart.Of(example, set).Pods().ToList();
        var containers = pods.SelectMany(pod => pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? [])).ToList();
        Assert.All(containers, container => Assert.True(
            named.Contains(container.Image, StringComparison.Ordinal) || container.Image == $"cafe/{container.Name}:1.2.3", container.Image));

        var secrets = containers.SelectMany(container => container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef?.Name)
            .Concat(pods.SelectMany(pod => pod.Spec.Volumes ?? []).Select(volume => volume.Secret?.SecretName))
            .Concat(pods.SelectMany(pod => pod.Spec.ImagePullSecrets ?? []).Select(secret => secret.Name))
            .OfType<string>().Distinct().ToList();
        Assert.Contains("batch-key", secrets);
        Assert.All(secrets, secret => Assert.Contains(secret, named, StringComparison.Ordinal));
    }

    private static string Table()
    {
        var table = new StringBuilder("\n| value | default | what it is |\n|---|---|---|\n");
        foreach (var value in Values)
        {
            table.Append($"| `{value.Path}` | `{value.Default.Replace("|", "\\|")}` | {Describe(value)} |\n");
        }

        return table.ToString();
    }

    /// <summary>The comment above the value; the later stages' values mean what the encoder's do, every component's what the gateway's do.</summary>
    private static string Describe(ChartValue value)
    {
        if (value.Description.Length > 0)
        {
            return value.Description;
        }

        var parts = value.Path.Split('.', 2);
        foreach (var other in new[] { "encoder", "gateway" })
        {
            if (parts.Length == 2 && Helm.Components.Contains(parts[0])
                && Values.FirstOrDefault(v => v.Path == $"{other}.{parts[1]}") is { Description.Length: > 0 } same)
            {
                return same.Description;
            }
        }

        return "";
    }
}
