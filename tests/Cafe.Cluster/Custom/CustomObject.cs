namespace Cafe.Cluster.Custom;

/// <summary>What every object of an added API has.</summary>
internal abstract class CustomObject
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public CustomMetadata Metadata { get; set; } = new();
}

internal sealed class CustomMetadata
{
    public string Name { get; set; } = "";

    public string? Namespace { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}
