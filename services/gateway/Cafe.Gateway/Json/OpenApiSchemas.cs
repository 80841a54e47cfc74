using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Cafe.Gateway.Json;

/// <summary>Messages as JSON schemas, in protobuf's JSON mapping: camel case, 64-bit numbers as strings, bytes as base64.</summary>
internal sealed class OpenApiSchemas(ProtoComments comments)
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    /// <summary>A reference to a message's schema, which is added with all that it refers to.</summary>
    public JsonObject Reference(MessageDescriptor message)
    {
        if (!_schemas.ContainsKey(message.Name))
        {
            var schema = _schemas[message.Name] = new JsonObject { ["type"] = "object" };
            Describe(schema, comments.Of(message.Name));
            var properties = new JsonObject();
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                properties[field.JsonName] = Field(message, field);
            }

            schema["properties"] = properties;
            schema["additionalProperties"] = false;
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.Name}" };
    }

    /// <summary>All schemas so far.</summary>
    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value.DeepClone())));

    private JsonObject Field(MessageDescriptor message, FieldDescriptor field)
    {
        var one = field.IsMap ? Map(field) : Single(field);
        var schema = field is { IsRepeated: true, IsMap: false } ? new JsonObject { ["type"] = "array", ["items"] = one } : one;
        var comment = comments.Of($"{message.Name}.{field.Name}");
        if (field.RealContainingOneof is { } choice)
        {
            comment += $" At most one of {string.Join(", ", choice.Fields.Select(other => other.JsonName))} is set.";
        }

        Describe(schema, comment.Trim());
        return schema;
    }

    private JsonObject Map(FieldDescriptor field) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = Single(field.MessageType.FindFieldByName("value")),
    };

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Reference(field.MessageType),
        FieldType.Enum => new JsonObject
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => (JsonNode)value.Name)]),
        },
        FieldType.Bool => new JsonObject { ["type"] = "boolean" },
        FieldType.String => new JsonObject { ["type"] = "string" },
        FieldType.Bytes => new JsonObject { ["type"] = "string", ["format"] = "byte" },
        FieldType.Double or FieldType.Float => new JsonObject { ["type"] = "number", ["format"] = "double" },
        FieldType.Int32 or FieldType.UInt32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        FieldType.Int64 => new JsonObject { ["type"] = "string", ["format"] = "int64" },
        FieldType.UInt64 => new JsonObject { ["type"] = "string", ["format"] = "uint64" },
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.FieldType, "No JSON schema for this type."),
    };

    private static void Describe(JsonObject schema, string comment)
    {
        if (comment.Length > 0)
        {
            // OpenAPI 3.1 allows a description beside $ref.
            schema["description"] = comment;
        }
    }
}
