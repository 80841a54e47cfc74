namespace Cafe.Packs.Manifest;

/// <summary>One part's files.</summary>
public sealed record PackPart
{
    /// <summary>64 hexadecimal digits; see <see cref="PackFingerprint"/>. It changes with anything that changes the part's results.</summary>
    public required string Fingerprint { get; init; }

    public required PackPrecision Precision { get; init; }

    public required IReadOnlyList<PackFile> Files { get; init; }
}
