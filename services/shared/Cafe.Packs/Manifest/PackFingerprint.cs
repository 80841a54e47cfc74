using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cafe.Packs.Manifest;

/// <summary>
/// Identifies what a part computes: sha256 over one line "path sha256" for each file, in the order of the paths, and then the part's section
/// of the manifest, as compact JSON in the records' order. Caches are keyed by it, so two packs share what they compute alike.
/// </summary>
public static class PackFingerprint
{
    /// <param name="section">The <see cref="EncoderSection"/>, <see cref="AssistantSection"/> or <see cref="DiffuserSection"/>.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of<TSection>(IEnumerable<PackFile> files, TSection section)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path} {file.Sha256}\n"));
        }

        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(section, ManifestJson.Compact));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
