namespace Cafe.Packs.Manifest;

/// <summary>A pack's manifest.json. docs/pack-format.md says what each field means; <see cref="ManifestValidator"/> holds the limits.</summary>
public sealed record PackManifest
{
    /// <summary>The one format that this reader accepts.</summary>
    public const string CurrentFormat = "cafe-pack/1";

    /// <summary>The manifest's name in the pack's folder.</summary>
    public const string FileName = "manifest.json";

    public string Format { get; init; } = CurrentFormat;

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>False for random weights, which are good for sizing and tests only.</summary>
    public required bool Trained { get; init; }

    public required string Description { get; init; }

    /// <summary>The execution provider that the graphs were lowered for.</summary>
    public required PackTarget Target { get; init; }

    public required PackParts Parts { get; init; }

    public required EncoderSection Encoder { get; init; }

    public required AssistantSection Assistant { get; init; }

    public required DiffuserSection Diffuser { get; init; }
}
