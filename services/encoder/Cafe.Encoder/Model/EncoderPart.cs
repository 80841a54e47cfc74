using Cafe.Inference.Encoding;
using Cafe.Packs.Manifest;
using Cafe.V1;

namespace Cafe.Encoder.Model;

/// <summary>What this process serves: the model and where it comes from.</summary>
/// <param name="Model">The encoder part, ready to run; disposed by its loader.</param>
/// <param name="Fingerprint">Of the encoder part: part of every embedding's key.</param>
/// <param name="Provenance">What made a result.</param>
public sealed record EncoderPart(IEncoderModel Model, string Fingerprint, Provenance Provenance)
{
    /// <summary>Towers, shapes and preprocessing.</summary>
    public EncoderSection Section => Model.Section;

    /// <summary>From a pack and its loaded encoder part.</summary>
    /// <param name="manifest">The pack's.</param>
    /// <param name="model">Loaded from that pack.</param>
    /// <param name="provider">cpu or cuda.</param>
    public static EncoderPart From(PackManifest manifest, IEncoderModel model, string provider) => new(
        model,
        manifest.Parts.Encoder.Fingerprint,
        new Provenance
        {
            PackName = manifest.Name,
            PackVersion = manifest.Version,
            PartFingerprint = manifest.Parts.Encoder.Fingerprint,
            Provider = provider,
            Precision = manifest.Parts.Encoder.Precision switch
            {
                PackPrecision.Fp32 => "fp32",
                PackPrecision.Fp16 => "fp16",
                PackPrecision.Int4 => "int4",
                var unknown => throw new ArgumentOutOfRangeException(nameof(manifest), unknown, "Unknown precision."),
            },
        });
}
