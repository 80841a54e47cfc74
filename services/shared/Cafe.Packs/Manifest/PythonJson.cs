using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cafe.Packs.Manifest;

/// <summary>
/// JSON as Python writes it: with the bare words <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which diffusers' scheduler configs
/// hold. They are kept as strings of the same spelling, so that the result is JSON again.
/// </summary>
public static class PythonJson
{
    private const int MaxDepth = 32;

    private static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];

    /// <exception cref="JsonException">It is no JSON even so, is nested past 32 levels, names a property twice, or has a string that is no text.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(Quote(json.Span), new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            ReadStrings(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException($"a string is no text: {e.Message}", e);
        }
    }

    /// <summary>The number of a JSON number, or of one of the three words.</summary>
    public static bool TryGetNumber(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out number),
            JsonValueKind.String => Words.Contains(value.GetString())
                && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }

    // Half a surrogate pair is valid JSON; that it is no text, the reader says only when asked for it.
    private static void ReadStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadStrings(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadStrings(property.Value);
                }

                break;
        }
    }

    private static ReadOnlyMemory<byte> Quote(ReadOnlySpan<byte> json)
    {
        var output = new MemoryStream(json.Length + 16);
        var inString = false;
        for (var i = 0; i < json.Length;)
        {
            var length = 1;
            if (inString)
            {
                length = json[i] == '\\' ? Math.Min(2, json.Length - i) : 1;
            }
            else if (WordAt(json[i..]) is { } word)
            {
                output.Write(Encoding.ASCII.GetBytes($"\"{word}\""));
                i += word.Length;
                continue;
            }

            inString ^= json[i] == '"';
            output.Write(json.Slice(i, length));
            i += length;
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    private static string? WordAt(ReadOnlySpan<byte> json)
    {
        if (json[0] is (byte)'-' or (byte)'I' or (byte)'N')
        {
            foreach (var word in Words)
            {
                if (json.Length >= word.Length && Ascii.Equals(json[..word.Length], word))
                {
                    return word;
                }
            }
        }

        return null;
    }
}
