using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Cafe.Packs.Manifest;

/// <summary>The manifest's JSON form: snake-case names, unknown fields refused by name, no numbers in strings, no nulls where a value is due.</summary>
internal static class ManifestJson
{
    private const string ExtensionPrefix = "x_";

    /// <summary>For reading, and for the canonical form that fingerprints are made of.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>Drops the <c>x_</c> fields, which are anyone's to add, at every level but inside the scheduler's config, which isn't ours.</summary>
    public static void DropExtensions(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject items:
                foreach (var name in items.Select(item => item.Key).Where(name => name.StartsWith(ExtensionPrefix, StringComparison.Ordinal)).ToList())
                {
                    items.Remove(name);
                }

                foreach (var (name, item) in items)
                {
                    if (name != "scheduler")
                    {
                        DropExtensions(item);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    DropExtensions(item);
                }

                break;
        }
    }

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowDuplicateProperties = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = 32,
            WriteIndented = indented,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
