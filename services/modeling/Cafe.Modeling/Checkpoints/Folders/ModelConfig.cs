using System.Text.Json;
using Cafe.Packs.Manifest;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// A published config.json: typed access by the published field names, with errors that name the file and the field. A field that is
/// null counts as absent, as it does to the reference.
/// </summary>
public sealed class ModelConfig
{
    private readonly string name;
    private readonly JsonElement root;

    private ModelConfig(string name, JsonElement root)
    {
        this.name = name;
        this.root = root;
    }

    /// <summary>The object itself, for what has no accessor here.</summary>
    public JsonElement Json => root;

    /// <exception cref="CheckpointException">There is no such file, or it is no JSON object.</exception>
    public static ModelConfig Read(string path)
    {
        try
        {
            return Parse(Path.GetFileName(path), File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <exception cref="CheckpointException">It is no JSON object.</exception>
    public static ModelConfig Parse(string name, ReadOnlyMemory<byte> json)
    {
        try
        {
            var root = PythonJson.Parse(json);
            return root.ValueKind == JsonValueKind.Object ? new ModelConfig(name, root) : throw new CheckpointException($"{name} is no JSON object.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{name} is no valid JSON: {e.Message}", e);
        }
    }

    /// <summary>True where the field is there and not null.</summary>
    public bool Has(string field) => TryGet(field, out _);

    /// <exception cref="CheckpointException">The field is absent or no whole number of 32 bits.</exception>
    public int Int(string field) => TryGet(field, out var value) ? ToInt(field, value) : throw Absent(field);

    public int Int(string field, int absent) => TryGet(field, out var value) ? ToInt(field, value) : absent;

    /// <exception cref="CheckpointException">The field is absent or no number.</exception>
    public double Number(string field) => TryGet(field, out var value) ? ToNumber(field, value) : throw Absent(field);

    public double Number(string field, double absent) => TryGet(field, out var value) ? ToNumber(field, value) : absent;

    public float Float(string field) => (float)Number(field);

    public float Float(string field, float absent) => TryGet(field, out var value) ? (float)ToNumber(field, value) : absent;

    /// <exception cref="CheckpointException">The field is absent or no string.</exception>
    public string Text(string field) => TryGet(field, out var value) ? ToText(field, value) : throw Absent(field);

    public string Text(string field, string absent) => TryGet(field, out var value) ? ToText(field, value) : absent;

    public bool Flag(string field, bool absent) => TryGet(field, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw Wrong(field, "true or false", value) }
        : absent;

    /// <exception cref="CheckpointException">The field is absent or no array of whole numbers.</exception>
    public int[] Ints(string field) => [.. Items(field).Select(item => ToInt(field, item))];

    /// <summary>One whole number or several, as ids of end tokens are given.</summary>
    public int[] IntOrInts(string field, int absent) => !TryGet(field, out var value) ? [absent]
        : value.ValueKind == JsonValueKind.Array ? Ints(field)
        : [ToInt(field, value)];

    /// <exception cref="CheckpointException">The field is absent or no array of numbers.</exception>
    public double[] Numbers(string field) => [.. Items(field).Select(item => ToNumber(field, item))];

    /// <summary>An array of whole numbers, or one whole number that stands for <paramref name="count"/> equal ones.</summary>
    public int[] Ints(string field, int count) => TryGet(field, out var value) && value.ValueKind == JsonValueKind.Number
        ? [.. Enumerable.Repeat(ToInt(field, value), count)]
        : Ints(field) is var items && items.Length == count ? items : throw new CheckpointException($"{name}: '{field}' should have {count} numbers.");

    /// <exception cref="CheckpointException">The field is absent or no array of strings.</exception>
    public string[] Texts(string field) => [.. Items(field).Select(item => ToText(field, item))];

    /// <summary>An object inside the config, for example CLIP's <c>vision_config</c>.</summary>
    /// <exception cref="CheckpointException">The field is absent or no object.</exception>
    public ModelConfig Section(string field) => TryGet(field, out var value) && value.ValueKind == JsonValueKind.Object
        ? new ModelConfig($"{name}: {field}", value)
        : throw Absent(field);

    private bool TryGet(string field, out JsonElement value) =>
        root.TryGetProperty(field, out value) && value.ValueKind is not JsonValueKind.Null;

    private JsonElement.ArrayEnumerator Items(string field) => !TryGet(field, out var value) ? throw Absent(field)
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw Wrong(field, "an array", value);

    private int ToInt(string field, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(field, "a whole number", value);

    private double ToNumber(string field, JsonElement value) => PythonJson.TryGetNumber(value, out var number) ? number : throw Wrong(field, "a number", value);

    private string ToText(string field, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(field, "a string", value);

    private CheckpointException Absent(string field) => new($"{name} has no '{field}'.");

    private CheckpointException Wrong(string field, string kind, JsonElement value) => new($"{name}: '{field}' should be {kind}, not {value.GetRawText()}.");
}
