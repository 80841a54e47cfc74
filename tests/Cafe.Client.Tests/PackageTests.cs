using System.Diagnostics;
using Cafe.Testing;

namespace Cafe.Client.Tests;

/// <summary>The client as others get it: packed, and used by a program of its own.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("cafe-package-");

    public void Dispose() => _work.Delete(recursive: true);

    [Fact(Timeout = 240_000)]
    public async Task Package_UsedByAProgram_TheReadmesExamplesCompile()
    {
        var feed = Path.Combine(_work.FullName, "feed");
        foreach (var project in new[] { "services/shared/Cafe.Protos", "services/client/Cafe.Client" })
        {
            await Dotnet("pack", Path.Combine(Repo.Root, project), "--no-build", "-c", Configuration, "-o", feed);
        }

        await BuildAsync(feed, "README.md", _work.CreateSubdirectory("first").FullName, TestContext.Current.CancellationToken);
        await BuildAsync(feed, Path.Combine("services", "client", "Cafe.Client", "README.md"), _work.CreateSubdirectory("second").FullName, TestContext.Current.CancellationToken);
    }

    private async Task BuildAsync(string feed, string page, string program, CancellationToken cancellation)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repo.Root, page), cancellation);
        var example = readme.Split("```csharp\n")[1].Split("```")[0];
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), example, cancellation);
        // Packages of its own, so that no older copy of ours is found; the others come from where they are already.
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(program, "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
                <RestorePackagesPath>{Path.Combine(_work.FullName, "packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{packages}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Cafe.Client" Version="*" />
              </ItemGroup>
            </Project>
            """, cancellation);

        await Dotnet("build", program);

        Assert.True(File.Exists(Path.Combine(program, "bin", "Debug", "net10.0", "Cafe.Client.dll")));
    }

    private static async Task Dotnet(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {await output}{await error}");
    }
}
