using System.Text.RegularExpressions;
using Cafe.Cluster.Charts;
using Cafe.Testing;
using YamlDotNet.Core;

namespace Cafe.Cluster.Building;

/// <summary>skaffold.yaml against its schema's fields, and against the Dockerfile and the chart that it names.</summary>
public sealed partial class SkaffoldTests
{
    [Fact]
    public void Parse_TheFile_HasFieldsOfTheSchemaOnly()
    {
        var config = SkaffoldFile.Parse(SkaffoldFile.Text);
        Assert.Equal("skaffold/v4beta13", config.ApiVersion);
        Assert.Equal("Config", config.Kind);
        Assert.Equal(["cpu", "gpu"], config.Profiles.Select(profile => profile.Name));
    }

    [Theory]
    [InlineData("dockerfile: services/Dockerfile", "dockerFile: services/Dockerfile")]
    [InlineData("createNamespace: true", "createNameSpace: true")]
    [InlineData("inputDigest: {}", "inputDigest: { template: x }")]
    [InlineData("setValueTemplates:", "setValuesTemplates:")]
    [InlineData("patches:", "patch:")]
    public void Parse_FieldThatTheSchemaLacks_Fails(string field, string misspelt) =>
        Assert.ThrowsAny<YamlException>(() => SkaffoldFile.Parse(SkaffoldFile.Text.Replace(field, misspelt, StringComparison.Ordinal)));

    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    public void Profile_Patched_BuildsTheFourImagesAndHandsThemToTheChart(string profile)
    {
        var config = SkaffoldFile.WithProfile(profile);
        var artifacts = config.Build!.Artifacts;
        Assert.Equal(Helm.Components.Select(component => $"cafe/{component}"), artifacts.Select(artifact => artifact.Image));
        var arguments = DockerArgument().Matches(File.ReadAllText(InRepo("services/Dockerfile"))).Select(match => match.Groups[1].Value).ToHashSet();
        foreach (var (artifact, component) in artifacts.Zip(Helm.Components))
        {
            var docker = artifact.Docker!;
            Assert.True(File.Exists(InRepo(Path.Combine(artifact.Context!, docker.Dockerfile!))), docker.Dockerfile);
            Assert.Equal($"services/{component}/Cafe.{char.ToUpperInvariant(component[0])}{component[1..]}", docker.BuildArgs["PROJECT"]);
            Assert.True(Directory.Exists(InRepo(docker.BuildArgs["PROJECT"])));
            Assert.Empty(docker.BuildArgs.Keys.Except(arguments));
            Assert.Equal(profile == "gpu" && component != "gateway", docker.BuildArgs.ContainsKey("ONNXRUNTIME"));
        }

        var release = Assert.Single(config.Deploy!.Helm!.Releases);
        Assert.True(File.Exists(InRepo(Path.Combine(release.ChartPath!, "Chart.yaml"))));
        Assert.Equal([$"helm/cafe/examples/{profile}.yaml"], release.ValuesFiles);
        Assert.All(release.ValuesFiles, file => Assert.True(File.Exists(InRepo(file)), file));

        // skaffold names an image's variable by its name with underscores.
        Assert.Equal(
            Helm.Components.ToDictionary(component => $"image.overrides.{component}", component => $"{{{{.IMAGE_FULLY_QUALIFIED_cafe_{component}}}}}"),
            release.SetValueTemplates);
    }

    /// <summary>The CUDA provider of ONNX Runtime from 1.27 on loads the libraries of CUDA 13 (its dynamic section names libcublas.so.13), and of cuDNN 9.</summary>
    [Fact]
    public void Profile_Gpu_BaseHasTheCudaThatTheProviderLoads()
    {
        var bases = SkaffoldFile.WithProfile("gpu").Build!.Artifacts.Select(artifact => artifact.Docker!.BuildArgs.GetValueOrDefault("RUNTIME_IMAGE")).OfType<string>().ToList();
        Assert.Equal(3, bases.Count);
        var packages = File.ReadAllText(InRepo("Directory.Packages.props"));
        var version = System.Version.Parse(GpuPackage().Match(packages).Groups[1].Value);
        Assert.True(version >= new System.Version(1, 27), $"{version} is of CUDA 12.");
        Assert.All(bases, image => Assert.Matches("^nvidia/cuda:13\\..*-cudnn-runtime-", image));
        Assert.Contains(Assert.Single(bases.Distinct()), File.ReadAllText(InRepo("services/Dockerfile")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    public void Profile_ImagesAsSkaffoldSetsThem_AreTheOnesThatRun(string profile)
    {
        Helm.SkipUnlessPresent();
        var set = SkaffoldFile.WithProfile(profile).Deploy!.Helm!.Releases.Single().SetValueTemplates.Keys.Select(key => $"{key}=registry/{key.Split('.')[^1]}@sha256:{new string('0', 64)}");
        var images = RenderedChart.Of(profile, [.. set]).All<k8s.Models.V1Deployment>().SelectMany(deployment => deployment.Spec.Template.Spec.Containers).Select(container => container.Image);
        Assert.Equal(Helm.Components.Order(), images.Select(image => image.Split('/', '@')[1]).Order());
    }

    private static string InRepo(string path) => Path.Combine(Repo.Root, path);

    [GeneratedRegex(@"^ARG ([A-Z_]+)", RegexOptions.Multiline)]
    private static partial Regex DockerArgument();

    [GeneratedRegex(@"Microsoft\.ML\.OnnxRuntime\.Gpu"" Version=""([0-9.]+)""")]
    private static partial Regex GpuPackage();
}
