using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cafe.Packs.Manifest;

/// <summary>Reads and checks manifests that anyone may have written.</summary>
public static class ManifestReader
{
    /// <summary>A manifest of the paper's sizes has about 10 KB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Reads <c>manifest.json</c> of a pack's folder.</summary>
    /// <exception cref="PackException">There is none, or it breaks the format.</exception>
    public static PackManifest ReadFolder(string folder)
    {
        var path = Path.Combine(folder, PackManifest.FileName);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaxBytes)
            {
                throw new PackException($"{path} has {stream.Length} bytes; the limit is {MaxBytes}.");
            }

            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            return Parse(json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PackException($"{folder} is no pack: {PackManifest.FileName} can't be read: {e.Message}", e);
        }
    }

    /// <exception cref="PackException">It breaks the format: the message names the field.</exception>
    public static PackManifest Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes)
        {
            throw new PackException($"{PackManifest.FileName} has {json.Length} bytes; the limit is {MaxBytes}.");
        }

        PackManifest manifest;
        try
        {
            var root = PythonJson.Parse(json);
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new PackException($"{PackManifest.FileName} is no JSON object.");
            }

            CheckFormat(root);
            var node = JsonObject.Create(root)!;
            ManifestJson.DropExtensions(node);
            manifest = node.Deserialize<PackManifest>(ManifestJson.Compact)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            // The last three are what System.Text.Json throws for text that is no valid UTF-16 and for numbers out of range.
            throw new PackException($"{PackManifest.FileName}: {e.Message}", e);
        }

        ManifestValidator.Validate(manifest);
        return manifest;
    }

    // First, so that a later format isn't reported as a list of unknown fields.
    private static void CheckFormat(JsonElement root)
    {
        var format = root.TryGetProperty("format", out var value) ? value : default;
        if (format.ValueKind != JsonValueKind.String || format.GetString() != PackManifest.CurrentFormat)
        {
            throw new PackException($"{PackManifest.FileName}: format is {(format.ValueKind == JsonValueKind.Undefined ? "absent" : format.GetRawText())}; this reader accepts '{PackManifest.CurrentFormat}' only.");
        }
    }
}
