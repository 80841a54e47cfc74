using System.Text.Json;
using System.Xml.Linq;
using Cafe.Testing;

namespace Cafe.Cli.Tests;

/// <summary>libtorch has gigabytes on a GPU machine: what serves, and <c>cafe</c>, restore nothing of it.</summary>
public sealed class RestoredPackagesTests
{
    private static readonly string Services = Path.Combine(Repo.Root, "services");

    public static TheoryData<string> Programs =>
    [
        "gateway/Cafe.Gateway", "encoder/Cafe.Encoder", "assistant/Cafe.Assistant", "diffuser/Cafe.Diffuser", "cli/Cafe.Cli", "client/Cafe.Client",
    ];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Packages_OfAServiceOrTheCommandLine_HoldNoLibtorch(string folder)
    {
        var path = Path.Combine(Services, folder, "obj", "project.assets.json");
        Assert.True(File.Exists(path), $"{path} comes with the build.");
        using var assets = JsonDocument.Parse(File.ReadAllBytes(path));
        var packages = assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name).ToList();
        Assert.NotEmpty(packages);
        Assert.DoesNotContain(packages, IsTorch);
        Assert.DoesNotContain(References(Path.Combine(Services, folder, Path.GetFileName(folder) + ".csproj"), []), IsTorch);
    }

    [Fact]
    public void References_OfTheTrainer_NameLibtorch() =>
        Assert.Contains(References(Path.Combine(Services, "modeling", "Cafe.Training", "Cafe.Training.csproj"), []), IsTorch);

    private static bool IsTorch(string package) => package.Contains("torch", StringComparison.OrdinalIgnoreCase);

    // Packages that a project and all projects below it name.
    private static IEnumerable<string> References(string project, HashSet<string> seen)
    {
        if (!seen.Add(Path.GetFullPath(project)))
        {
            return [];
        }

        var items = XDocument.Load(project).Descendants().ToLookup(item => item.Name.LocalName, item => (string?)item.Attribute("Include") ?? "");
        return items["PackageReference"].Concat(items["ProjectReference"].SelectMany(other => References(Path.Combine(Path.GetDirectoryName(project)!, other), seen)));
    }
}
