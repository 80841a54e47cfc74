using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cafe.Training.Stages;

/// <summary>
/// A configuration file: the kind of stage, where its result goes, what it builds on, and the stage's own fields. With <c>extends</c> it names another file, relative to its own folder, and holds
/// what differs, as a JSON Merge Patch (RFC 7396): objects are merged, anything else replaces, null removes.
/// </summary>
/// <param name="Name">The file's, without its extension.</param>
/// <param name="Kind">Field <c>stage</c>.</param>
/// <param name="Output">Field <c>output</c>: the folder of the result, relative to the work folder.</param>
/// <param name="Needs">Field <c>needs</c>: outputs of other stages; when one of them is made anew, so is this one.</param>
public sealed record StageFile(string Name, string Kind, string Output, IReadOnlyList<string> Needs, JsonElement Config)
{
    private const string Extends = "extends";

    private const int MaxExtensions = 8;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="ArgumentException">The file is no configuration of a stage.</exception>
    public static StageFile Load(string path)
    {
        try
        {
            var root = JsonSerializer.SerializeToElement(Read(path, MaxExtensions));
            return new StageFile(Path.GetFileNameWithoutExtension(path), Text(root, "stage"), Text(root, "output"), Texts(root, "needs"), root);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }

        string Text(JsonElement root, string field) => root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new ArgumentException($"{path} has no text '{field}'.");
    }

    /// <summary>The stages of a folder, in the order that its plan.json gives.</summary>
    public static IReadOnlyList<StageFile> LoadPlan(string folder)
    {
        var path = Path.Combine(folder, "plan.json");
        if (!File.Exists(path))
        {
            throw new ArgumentException($"{folder} has no plan.json, which lists its stages in order.");
        }

        using var plan = JsonDocument.Parse(File.ReadAllText(path), Lenient);
        return [.. Texts(plan.RootElement, "stages").Select(name => Load(Path.Combine(folder, name + ".json")))];
    }

    /// <summary>What the result depends on: this configuration and what was made of its needs.</summary>
    internal string Hash(IEnumerable<string> needs) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Config) + "\n" + string.Join('\n', needs))));

    private static JsonObject Read(string path, int extensions)
    {
        var file = JsonNode.Parse(File.ReadAllText(path), documentOptions: Lenient) as JsonObject ?? throw new JsonException("It is no JSON object.");
        if (!file.Remove(Extends, out var extended))
        {
            return file;
        }

        if (extended is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            throw new ArgumentException($"{path}: '{Extends}' must name a file.");
        }

        if (extensions == 0)
        {
            throw new ArgumentException($"{path}: more than {MaxExtensions} files extend each other.");
        }

        var whole = Read(Path.Combine(Path.GetDirectoryName(path)!, name), extensions - 1);
        Merge(whole, file);
        return whole;
    }

    private static void Merge(JsonObject whole, JsonObject patch)
    {
        foreach (var (field, value) in patch)
        {
            if (value is null)
            {
                whole.Remove(field);
            }
            else if (value is JsonObject inner)
            {
                if (whole[field] is not JsonObject target)
                {
                    whole[field] = target = [];
                }

                Merge(target, inner);
            }
            else
            {
                whole[field] = value.DeepClone();
            }
        }
    }

    private static string[] Texts(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) ? [.. value.EnumerateArray().Select(v => v.GetString() ?? "")] : [];
}
