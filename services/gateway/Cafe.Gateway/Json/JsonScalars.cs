using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Cafe.Gateway.Json;

/// <summary>Which JSON values a field without parts takes, by protobuf's mapping: numbers may stand in strings, as 64-bit ones must in JavaScript.</summary>
internal static class JsonScalars
{
    private const int MaxShown = 32;

    /// <summary>Why the value under the reader can't be the field's, or null.</summary>
    public static string? Refusal(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        var wanted = field.FieldType switch
        {
            FieldType.Bool => reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : "true or false",
            FieldType.String => reader.TokenType == JsonTokenType.String ? null : "a string",
            FieldType.Bytes => IsBase64(ref reader) ? null : "a string of base64",
            FieldType.Enum => IsValueOf(ref reader, field.EnumType) ? null : $"one of {string.Join(", ", field.EnumType.Values.Select(value => value.Name))}",
            FieldType.Double or FieldType.Float => Number(ref reader) is null ? "a number" : null,
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Whole(ref reader, int.MinValue, int.MaxValue),
            FieldType.UInt32 or FieldType.Fixed32 => Whole(ref reader, 0, uint.MaxValue),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Whole(ref reader, long.MinValue, long.MaxValue),
            FieldType.UInt64 or FieldType.Fixed64 => Whole(ref reader, 0, ulong.MaxValue),
            _ => null,
        };
        return wanted is null ? null : $"must be {wanted}, not {Shown(ref reader)}";
    }

    /// <summary>The value under the reader in an error's words: short, and of an object or array only its kind.</summary>
    public static string Shown(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return "a JSON object";
            case JsonTokenType.StartArray:
                return "a JSON array";
            case JsonTokenType.String:
                return $"'{Short(reader.ValueSpan)}'";
            default:
                return Short(reader.ValueSpan);
        }
    }

    private static string Short(ReadOnlySpan<byte> value) => value.Length <= MaxShown ? Encoding.UTF8.GetString(value) : Encoding.UTF8.GetString(value[..MaxShown]) + "...";

    // Escaped text is left to the parser.
    private static bool IsBase64(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && (reader.ValueIsEscaped || Base64.IsValid(reader.ValueSpan));

    private static bool IsValueOf(ref Utf8JsonReader reader, EnumDescriptor type) => reader.TokenType switch
    {
        JsonTokenType.String => type.FindValueByName(reader.GetString()!) is not null,
        JsonTokenType.Number => reader.TryGetInt32(out _),
        _ => false,
    };

    private static string? Whole(ref Utf8JsonReader reader, decimal least, decimal most) =>
        Number(ref reader) is { } number && Math.Truncate(number) == number && number >= (double)least && number <= (double)most
            ? null
            : $"a whole number from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}";

    private static double? Number(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.Number or JsonTokenType.String && double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
