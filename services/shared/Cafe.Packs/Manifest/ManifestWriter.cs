using System.Text.Json;

namespace Cafe.Packs.Manifest;

/// <summary>Writes a manifest whose fingerprints are its own.</summary>
public static class ManifestWriter
{
    /// <summary>Sets every part's fingerprint from its files and section.</summary>
    public static PackManifest WithFingerprints(PackManifest manifest) => manifest with
    {
        Parts = new PackParts
        {
            Encoder = manifest.Parts.Encoder with { Fingerprint = PackFingerprint.Of(manifest.Parts.Encoder.Files, manifest.Encoder) },
            Assistant = manifest.Parts.Assistant with { Fingerprint = PackFingerprint.Of(manifest.Parts.Assistant.Files, manifest.Assistant) },
            Diffuser = manifest.Parts.Diffuser with { Fingerprint = PackFingerprint.Of(manifest.Parts.Diffuser.Files, manifest.Diffuser) },
        },
    };

    /// <summary>The manifest's bytes, with fresh fingerprints.</summary>
    /// <exception cref="PackException">A reader would refuse it.</exception>
    public static byte[] ToBytes(PackManifest manifest)
    {
        var complete = WithFingerprints(manifest);
        ManifestValidator.Validate(complete);
        return [.. JsonSerializer.SerializeToUtf8Bytes(complete, ManifestJson.Indented), (byte)'\n'];
    }

    /// <summary>Writes <c>manifest.json</c> into a folder. Write it last: it is what makes a folder a pack.</summary>
    /// <exception cref="PackException">A reader would refuse it.</exception>
    public static void WriteFolder(string folder, PackManifest manifest) =>
        File.WriteAllBytes(Path.Combine(folder, PackManifest.FileName), ToBytes(manifest));
}
