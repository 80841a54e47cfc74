using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cafe.Training.Stages;

/// <summary>A configuration file: the kind of stage, where its result goes, what it builds on, and the stage's own fields.</summary>
/// <param name="Name">The file's, without its extension.</param>
/// <param name="Kind">Field <c>stage</c>.</param>
/// <param name="Output">Field <c>output</c>: the folder of the result, relative to the work folder.</param>
/// <param name="Needs">Field <c>needs</c>: outputs of other stages; when one of them is made anew, so is this one.</param>
public sealed record StageFile(string Name, string Kind, string Output, IReadOnlyList<string> Needs, JsonElement Config)
{
    /// <exception cref="ArgumentException">The file is no configuration of a stage.</exception>
    public static StageFile Load(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = json.RootElement.Clone();
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

        using var plan = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return [.. Texts(plan.RootElement, "stages").Select(name => Load(Path.Combine(folder, name + ".json")))];
    }

    /// <summary>What the result depends on: this configuration and what was made of its needs.</summary>
    internal string Hash(IEnumerable<string> needs) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Config) + "\n" + string.Join('\n', needs))));

    private static string[] Texts(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) ? [.. value.EnumerateArray().Select(v => v.GetString() ?? "")] : [];
}
