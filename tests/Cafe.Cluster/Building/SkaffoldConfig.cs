namespace Cafe.Cluster.Building;

/// <summary>A skaffold.yaml of skaffold/v4beta13: of its published schema the fields that a build by Docker and a deployment by Helm may set.</summary>
internal sealed class SkaffoldConfig
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public SkaffoldMetadata? Metadata { get; set; }

    public BuildConfig? Build { get; set; }

    public DeployConfig? Deploy { get; set; }

    public List<Profile> Profiles { get; set; } = [];
}

internal sealed class SkaffoldMetadata
{
    public string Name { get; set; } = "";

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}

internal sealed class BuildConfig
{
    public List<Artifact> Artifacts { get; set; } = [];

    public List<string> InsecureRegistries { get; set; } = [];

    public TagPolicy? TagPolicy { get; set; }

    public List<string> Platforms { get; set; } = [];

    public LocalBuild? Local { get; set; }
}

internal sealed class Artifact
{
    public string Image { get; set; } = "";

    public string? Context { get; set; }

    public DockerArtifact? Docker { get; set; }

    public List<string> Platforms { get; set; } = [];

    public string? RuntimeType { get; set; }
}

internal sealed class DockerArtifact
{
    public string? Dockerfile { get; set; }

    public string? Target { get; set; }

    public Dictionary<string, string> BuildArgs { get; set; } = [];

    public string? Network { get; set; }

    public List<string> AddHost { get; set; } = [];

    public List<string> CacheFrom { get; set; } = [];

    public List<string> CacheTo { get; set; } = [];

    public List<string> CliFlags { get; set; } = [];

    public bool? PullParent { get; set; }

    public bool? NoCache { get; set; }

    public bool? Squash { get; set; }

    public string? Ssh { get; set; }
}

/// <summary>One of these; what each takes is not described here, save that inputDigest takes nothing.</summary>
internal sealed class TagPolicy
{
    public Dictionary<string, object>? GitCommit { get; set; }

    public Dictionary<string, object>? Sha256 { get; set; }

    public Dictionary<string, object>? EnvTemplate { get; set; }

    public Dictionary<string, object>? DateTime { get; set; }

    public Dictionary<string, object>? CustomTemplate { get; set; }

    public NoFields? InputDigest { get; set; }
}

internal sealed class NoFields;

internal sealed class LocalBuild
{
    public bool? Push { get; set; }

    public bool? TryImportMissing { get; set; }

    public bool? UseBuildkit { get; set; }

    public int? Concurrency { get; set; }
}

internal sealed class DeployConfig
{
    public HelmDeploy? Helm { get; set; }

    public bool? StatusCheck { get; set; }

    public int? StatusCheckDeadlineSeconds { get; set; }

    public bool? TolerateFailuresUntilDeadline { get; set; }

    public string? KubeContext { get; set; }
}

internal sealed class HelmDeploy
{
    public List<HelmRelease> Releases { get; set; } = [];
}

internal sealed class HelmRelease
{
    public string Name { get; set; } = "";

    public string? ChartPath { get; set; }

    public List<string> ValuesFiles { get; set; } = [];

    public string? Namespace { get; set; }

    public string? Version { get; set; }

    public Dictionary<string, object> SetValues { get; set; } = [];

    public Dictionary<string, string> SetValueTemplates { get; set; } = [];

    public Dictionary<string, string> SetFiles { get; set; } = [];

    public List<string> DependsOn { get; set; } = [];

    public bool? CreateNamespace { get; set; }

    public bool? Wait { get; set; }

    public bool? RecreatePods { get; set; }

    public bool? SkipBuildDependencies { get; set; }

    public bool? SkipTests { get; set; }

    public bool? UpgradeOnChange { get; set; }
}

internal sealed class Profile
{
    public string Name { get; set; } = "";

    public bool? RequiresAllActivations { get; set; }

    public List<Activation> Activation { get; set; } = [];

    public List<JsonPatch> Patches { get; set; } = [];

    public BuildConfig? Build { get; set; }

    public DeployConfig? Deploy { get; set; }
}

internal sealed class Activation
{
    public string? Env { get; set; }

    public string? KubeContext { get; set; }

    public string? Command { get; set; }
}

internal sealed class JsonPatch
{
    public string Op { get; set; } = "replace";

    public string Path { get; set; } = "";

    public string? From { get; set; }

    public object? Value { get; set; }
}
