using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cafe.Modeling.Checkpoints;

namespace Cafe.Training.Stages;

/// <summary>How configurations are read: snake-case names, comments, and no field that nobody knows.</summary>
public static class StageJson
{
    public static JsonSerializerOptions Read { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static JsonSerializerOptions Written { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <exception cref="ArgumentException">The message says what is wrong and where.</exception>
    public static T Parse<T>(JsonElement config)
    {
        try
        {
            return config.Deserialize<T>(Read) ?? throw new ArgumentException("The configuration is empty.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The configuration of stage '{StageName(config)}' is wrong: {e.Message}", e);
        }
    }

    /// <summary>An architecture's configuration inside a stage's.</summary>
    public static ModelConfig Model(JsonElement model) => ModelConfig.Parse("model", Encoding.UTF8.GetBytes(model.GetRawText()));

    private static string StageName(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("stage", out var name) ? name.ToString() : "?";
}
