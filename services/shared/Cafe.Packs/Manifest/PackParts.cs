namespace Cafe.Packs.Manifest;

/// <summary>The files of the three parts; each service loads its own.</summary>
public sealed record PackParts
{
    public required PackPart Encoder { get; init; }

    public required PackPart Assistant { get; init; }

    public required PackPart Diffuser { get; init; }
}
