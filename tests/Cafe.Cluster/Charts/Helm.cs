using System.Diagnostics;

using Cafe.Testing;

namespace Cafe.Cluster.Charts;

/// <summary>Runs the helm binary over the chart; tests skip, saying why, where it is absent.</summary>
internal static class Helm
{
    public const string Release = "demo";
    public const string Namespace = "cafe";

    /// <summary>Before a setting whose value is JSON.</summary>
    public const string Json = "json:";

    public static string Chart { get; } = Path.Combine(Repo.Root, "helm", "cafe");

    /// <summary>What the chart deploys, besides Redis.</summary>
    public static IReadOnlyList<string> Components { get; } = ["gateway", "encoder", "assistant", "diffuser"];

    /// <summary>Those that the gateway calls.</summary>
    public static IReadOnlyList<string> Stages { get; } = [.. Components.Skip(1)];

    public static IReadOnlyList<string> Examples { get; } =
        [.. Directory.GetFiles(Path.Combine(Chart, "examples"), "*.yaml").Select(Path.GetFileNameWithoutExtension).Order()!];

    /// <summary>Of every example, for theories.</summary>
    public static TheoryData<string> ExampleNames => [.. Examples];

    private static readonly string? Binary = Find("helm");

    public static void SkipUnlessPresent() =>
        Assert.SkipWhen(Binary is null, "helm is not on the PATH (https://helm.sh).");

    /// <summary>The rendered YAML of an example with further values set.</summary>
    public static string Template(string? example, params string[] set) => TemplateOf(Chart, example, set);

    /// <summary>The same of another chart.</summary>
    public static string TemplateOf(string chart, string? example, params string[] set)
    {
        var (code, output, error) = Run(["template", Release, chart, "--namespace", Namespace, .. Values(example, set)]);
        return code == 0 ? output : throw new InvalidOperationException($"helm template failed: {error}");
    }

    /// <summary>What Helm tells whoever installs it; needs no cluster.</summary>
    public static string Notes(string? example, params string[] set)
    {
        var (code, output, error) = Run(["install", Release, Chart, "--dry-run=client", "--namespace", Namespace, .. Values(example, set)]);
        return code == 0 ? output[output.IndexOf("\nNOTES:", StringComparison.Ordinal)..] : throw new InvalidOperationException($"helm install --dry-run=client failed: {error}");
    }

    public static (int Code, string Output, string Error) Run(IEnumerable<string> arguments) =>
        Tool.Run(Binary ?? throw new InvalidOperationException("helm is absent."), arguments);

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Values(string? example, string[] set)
    {
        if (example is not null)
        {
            yield return "--values";
            yield return Path.Combine(Chart, "examples", example + ".yaml");
        }

        foreach (var value in set)
        {
            yield return value.StartsWith(Json, StringComparison.Ordinal) ? "--set-json" : "--set";
            yield return value.StartsWith(Json, StringComparison.Ordinal) ? value[Json.Length..] : value;
        }
    }
}

/// <summary>A program run to its end, its output kept.</summary>
internal static class Tool
{
    public static (int Code, string Output, string Error) Run(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
