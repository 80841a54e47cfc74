using System.Globalization;

namespace Cafe.Training.Data.Sources;

/// <summary>An emoji of one code point.</summary>
/// <param name="CodePoint">Its Unicode scalar.</param>
/// <param name="Name">In lower case: "fire engine".</param>
/// <param name="Group">Unicode's sub-group: "transport-ground".</param>
public sealed record Emoji(int CodePoint, string Name, string Group)
{
    /// <summary>The code point in lower-case hexadecimal, as the designs name their files.</summary>
    public string Key => CodePoint.ToString("x4", CultureInfo.InvariantCulture);
}
