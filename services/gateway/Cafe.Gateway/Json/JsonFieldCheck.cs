using System.Text.Json;
using Cafe.ServiceDefaults.Errors;
using Google.Protobuf.Reflection;

namespace Cafe.Gateway.Json;

/// <summary>
/// Finds fields that a message doesn't have, and values that can't be a field's. Over gRPC unknown fields are ignored, as protobuf has it; in JSON they are nearly
/// always typos, so they are named instead. A value of a wrong kind would be refused by the parser, which doesn't say where it stands.
/// </summary>
internal static class JsonFieldCheck
{
    private const int MaxReported = 16;
    private const int MaxDepth = 16;

    /// <summary>What is wrong, by path, for example <c>options.stepps</c> or <c>conversation.turns[1].role</c>.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A name or a value is not UTF-8.</exception>
    public static IReadOnlyList<FieldViolation> Find(ReadOnlySpan<byte> json, MessageDescriptor message)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var found = new List<FieldViolation>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The body must be a JSON object.");
        }

        Object(ref reader, message, "", found);
        while (reader.Read())
        {
            // what follows the object is an error of the reader's
        }

        return found;
    }

    private static void Object(ref Utf8JsonReader reader, MessageDescriptor message, string path, List<FieldViolation> found)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var field = FieldOf(message, name);
            reader.Read();
            if (field is null)
            {
                Report(found, path + Shown(name), "there is no such field");
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                Field(ref reader, field, path + field.Name, found);
            }
        }
    }

    private static void Field(ref Utf8JsonReader reader, FieldDescriptor field, string path, List<FieldViolation> found)
    {
        if (field.IsMap)
        {
            var value = field.MessageType.FindFieldByNumber(2);
            if (Opens(ref reader, JsonTokenType.StartObject, "a JSON object", path, found))
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var key = Shown(reader.GetString()!);
                    reader.Read();
                    Value(ref reader, value, $"{path}.{key}", found);
                }
            }
        }
        else if (!field.IsRepeated)
        {
            Value(ref reader, field, path, found);
        }
        else if (Opens(ref reader, JsonTokenType.StartArray, "a JSON array", path, found))
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Value(ref reader, field, $"{path}[{i}]", found);
            }
        }
    }

    private static void Value(ref Utf8JsonReader reader, FieldDescriptor field, string path, List<FieldViolation> found)
    {
        if (field.FieldType != FieldType.Message)
        {
            if (JsonScalars.Refusal(ref reader, field) is { } refusal)
            {
                Report(found, path, refusal);
            }

            reader.Skip();
        }
        else if (Opens(ref reader, JsonTokenType.StartObject, "a JSON object", path, found))
        {
            Object(ref reader, field.MessageType, $"{path}.", found);
        }
    }

    // Otherwise the value is named and passed over.
    private static bool Opens(ref Utf8JsonReader reader, JsonTokenType wanted, string words, string path, List<FieldViolation> found)
    {
        if (reader.TokenType == wanted)
        {
            return true;
        }

        Report(found, path, $"must be {words}, not {JsonScalars.Shown(ref reader)}");
        reader.Skip();
        return false;
    }

    private static void Report(List<FieldViolation> found, string path, string description)
    {
        if (found.Count < MaxReported)
        {
            found.Add(new FieldViolation(path, description));
        }
    }

    private static FieldDescriptor? FieldOf(MessageDescriptor message, string name)
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

    private static string Shown(string name) => name.Length <= 64 ? name : name[..64] + "...";
}
