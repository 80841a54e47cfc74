namespace Cafe.Training.Data;

/// <summary>The configuration file of a stage that makes training data.</summary>
public sealed record DataMakingOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the parts, the catalogue of subjects and the contact sheets.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>What is made. Paths of sources are relative to the work folder.</summary>
    public DataOptions Data { get; init; } = new();
}
