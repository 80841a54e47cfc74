using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Cafe.Gateway.Json;

/// <summary>
/// Finds fields that a message doesn't have. Over gRPC unknown fields are ignored, as protobuf has it; in JSON they are nearly
/// always typos, so they are named instead.
/// </summary>
internal static class JsonFieldCheck
{
    private const int MaxReported = 16;
    private const int MaxDepth = 16;

    /// <summary>Paths of the unknown fields, for example <c>options.stepps</c>.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static IReadOnlyList<string> FindUnknown(ReadOnlySpan<byte> json, MessageDescriptor message)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var unknown = new List<string>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The body must be a JSON object.");
        }

        Object(ref reader, message, "", unknown);
        while (reader.Read())
        {
            // what follows the object is an error of the reader's
        }

        return unknown;
    }

    private static void Object(ref Utf8JsonReader reader, MessageDescriptor message, string path, List<string> unknown)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var field = Find(message, name);
            if (field is null && unknown.Count < MaxReported)
            {
                unknown.Add(path + (name.Length <= 64 ? name : name[..64] + "..."));
            }

            reader.Read();
            Value(ref reader, field, $"{path}{field?.Name ?? name}.", unknown);
        }
    }

    private static void Value(ref Utf8JsonReader reader, FieldDescriptor? field, string path, List<string> unknown)
    {
        // Maps and unknown fields hold whatever they like.
        var message = field is { FieldType: FieldType.Message, IsMap: false } ? field.MessageType : null;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when message is not null:
                Object(ref reader, message, path, unknown);
                break;
            case JsonTokenType.StartArray when message is not null:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    Value(ref reader, field, path, unknown);
                }

                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static FieldDescriptor? Find(MessageDescriptor message, string name)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (field.JsonName == name || field.Name == name)
            {
                return field;
            }
        }

        return null;
    }
}
