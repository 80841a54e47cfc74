using System.Globalization;

namespace Cafe.Testing.Fuzzing;

/// <summary>The process's memory at its highest, native libraries' included; Linux alone tells it.</summary>
internal static class ResidentPeak
{
    private const string Status = "/proc/self/status", Reset = "/proc/self/clear_refs";

    /// <summary>Begins anew from what is resident now.</summary>
    /// <returns>That many bytes; null where the system doesn't tell.</returns>
    public static long? Begin()
    {
        try
        {
            // 5 resets the high-water mark alone (proc(5)).
            File.WriteAllText(Reset, "5");
            return Bytes("VmHWM:");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The most bytes that were resident since <see cref="Begin"/>.</summary>
    public static long End() => Bytes("VmHWM:");

    private static long Bytes(string field)
    {
        var line = File.ReadLines(Status).First(text => text.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) * 1024;
    }
}
