using Cafe.Modeling.Building;
using Cafe.Packs.Manifest;

namespace Cafe.Training.Packing;

/// <summary>The configuration file of the stage that makes a pack of the trained parts.</summary>
public sealed record PackStageOptions
{
    public required string Stage { get; init; }

    /// <summary>The pack is made in its folder <c>pack</c>; one that is there already is replaced.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folders of the trained parts, as their stages wrote them.</summary>
    public required string SubjectEncoder { get; init; }

    public required string Clip { get; init; }

    public required string LanguageModel { get; init; }

    public required string Assistant { get; init; }

    /// <summary>The UNet's stage: unet, scheduler and, where null embeddings were learned, cafe.safetensors.</summary>
    public required string Diffusion { get; init; }

    public required string Autoencoder { get; init; }

    /// <summary>Folder of the data, for the credits.</summary>
    public required string Data { get; init; }

    /// <summary>Name, version, description, and what a request that says nothing gets.</summary>
    public required PackIdentity Identity { get; init; }

    public PackPrecision Precision { get; init; } = PackPrecision.Fp16;

    public PackTarget Target { get; init; } = PackTarget.Cpu;

    /// <summary>Whether subjects on transparent or plain ground are centred first, as the references of the data are.</summary>
    public bool CentreSubject { get; init; }

    /// <summary>Share of the side that they fill there (the data's reference_fill); null is .94.</summary>
    public double? SubjectFill { get; init; }

    /// <summary>Whether the UNet was trained on semantic conditions of unit length.</summary>
    public bool NormalizeSemantic { get; init; }

    /// <summary>Pictures to try, file name in the pack to a picture of the sources; written as PNG with their transparency.</summary>
    public IReadOnlyDictionary<string, string> Samples { get; init; } = new Dictionary<string, string>();
}
