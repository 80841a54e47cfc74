using System.Collections.Immutable;
using System.Text.Json;

namespace Cafe.Modeling.Checkpoints;

/// <summary>Parses and checks a safetensors header, token by token: an entry costs memory in proportion to its own bytes.</summary>
internal static class SafetensorsHeader
{
    private const int MaxDimensions = 16;

    /// <exception cref="CheckpointException">An entry breaks the format.</exception>
    /// <exception cref="JsonException">The header is no JSON.</exception>
    public static List<SafetensorsEntry> Parse(string file, Utf8JsonReader reader)
    {
        Expect(file, ref reader, JsonTokenType.StartObject, "a JSON object");
        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw new CheckpointException($"{file}: the header names '{name}' twice.");
            }

            if (name == "__metadata__")
            {
                SkipMetadata(file, ref reader);
            }
            else
            {
                entries.Add(ParseEntry(file, name, ref reader));
            }
        }

        // What may follow the object is the padding, spaces; the reader throws at anything else.
        while (reader.Read())
        {
        }

        return entries;
    }

    /// <summary>The format's name of a type.</summary>
    public static string TypeName(TensorType type) => type switch
    {
        TensorType.Float32 => "F32",
        TensorType.Float16 => "F16",
        TensorType.BFloat16 => "BF16",
        TensorType.Float64 => "F64",
        TensorType.Int64 => "I64",
        TensorType.Int32 => "I32",
        TensorType.Int16 => "I16",
        TensorType.Int8 => "I8",
        TensorType.UInt8 => "U8",
        TensorType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    private static SafetensorsEntry ParseEntry(string file, string name, ref Utf8JsonReader reader)
    {
        Expect(file, ref reader, JsonTokenType.StartObject, $"an object for tensor '{name}'");
        TensorType? type = null;
        ImmutableArray<long>? shape = null, range = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            var repeated = field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => range is not null, _ => false };
            if (repeated)
            {
                throw new CheckpointException($"{file}: tensor '{name}' has two fields '{field}'.");
            }

            switch (field)
            {
                case "dtype":
                    Expect(file, ref reader, JsonTokenType.String, $"a string as dtype of '{name}'");
                    type = ParseType(file, name, reader.GetString()!);
                    break;
                case "shape":
                    shape = ParseNumbers(file, name, field, ref reader);
                    break;
                case "data_offsets":
                    range = ParseNumbers(file, name, field, ref reader);
                    break;
                default:
                    throw new CheckpointException($"{file}: tensor '{name}' has an unknown field '{field}'.");
            }
        }

        if (type is null || shape is null || range is not [var begin, var end])
        {
            throw new CheckpointException($"{file}: tensor '{name}' needs dtype, shape and data_offsets of two numbers.");
        }

        return Checked(file, new SafetensorsEntry(name, type.Value, shape.Value, begin, end));
    }

    private static SafetensorsEntry Checked(string file, SafetensorsEntry entry)
    {
        var bytes = (Int128)entry.Type.Size();
        foreach (var size in entry.Shape)
        {
            // Two factors below 2^63 can't overflow 128 bits; past 2^63 no file can hold it.
            bytes = bytes * size > long.MaxValue
                ? throw new CheckpointException($"{file}: tensor '{entry.Name}' has an impossible shape [{string.Join(", ", entry.Shape)}].")
                : bytes * size;
        }

        return entry.End - entry.Begin == bytes
            ? entry
            : throw new CheckpointException(
                $"{file}: tensor '{entry.Name}' is {TypeName(entry.Type)} [{string.Join(", ", entry.Shape)}], {bytes} bytes, but its range {entry.Begin} to {entry.End} is {entry.End - entry.Begin}.");
    }

    private static TensorType ParseType(string file, string name, string type) => type switch
    {
        "F32" => TensorType.Float32,
        "F16" => TensorType.Float16,
        "BF16" => TensorType.BFloat16,
        "F64" => TensorType.Float64,
        "I64" => TensorType.Int64,
        "I32" => TensorType.Int32,
        "I16" => TensorType.Int16,
        "I8" => TensorType.Int8,
        "U8" => TensorType.UInt8,
        "BOOL" => TensorType.Bool,
        _ => throw new CheckpointException($"{file}: tensor '{name}' has the unsupported dtype '{type}'."),
    };

    private static ImmutableArray<long> ParseNumbers(string file, string name, string field, ref Utf8JsonReader reader)
    {
        Expect(file, ref reader, JsonTokenType.StartArray, $"an array as {field} of '{name}'");
        var numbers = ImmutableArray.CreateBuilder<long>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0 || numbers.Count == MaxDimensions)
            {
                throw new CheckpointException($"{file}: {field} of '{name}' must be at most {MaxDimensions} whole numbers, none negative.");
            }

            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    private static void SkipMetadata(string file, ref Utf8JsonReader reader)
    {
        Expect(file, ref reader, JsonTokenType.StartObject, "an object as __metadata__");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Expect(file, ref reader, JsonTokenType.String, "strings in __metadata__");
        }
    }

    private static void Expect(string file, ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new CheckpointException($"{file}: the header should have {what} at byte {reader.TokenStartIndex}.");
        }
    }
}
