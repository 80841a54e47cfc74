using System.Globalization;
using System.Numerics;

namespace Cafe.Packs.Manifest;

/// <summary>Single checks of a field; each failure names the field, the rule and the value.</summary>
internal static class Rule
{
    public static void That(bool holds, string field, string rule, object? value)
    {
        if (!holds)
        {
            throw new PackException(string.Create(CultureInfo.InvariantCulture, $"{PackManifest.FileName}: {field} must be {rule}, not '{value}'."));
        }
    }

    public static void Between<T>(T value, T low, T high, string field)
        where T : INumber<T> => That(value >= low && value <= high, field, string.Create(CultureInfo.InvariantCulture, $"{low} to {high}"), value);

    public static void Equal<T>(T value, T other, string field, string otherField)
        where T : IEquatable<T> => That(value.Equals(other), field, string.Create(CultureInfo.InvariantCulture, $"{other}, as {otherField}"), value);

    public static void Text(string value, string expected, string field) => That(value == expected, field, $"'{expected}'", value);

    public static void OneOf(string value, string field, params string[] known) => That(known.Contains(value), field, $"one of {string.Join(", ", known)}", value);

    public static void Known<T>(T value, string field)
        where T : struct, Enum => That(Enum.IsDefined(value), field, $"one of {string.Join(", ", Enum.GetNames<T>())}", value);

    public static void MaxLength(string value, int limit, string field) => That(value.Length <= limit, field, $"at most {limit} characters", $"{value.Length} characters");
}
