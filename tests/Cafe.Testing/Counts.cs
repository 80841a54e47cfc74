namespace Cafe.Testing;

/// <summary>How often long tests do their work: a tenth normally, in full with <c>CAFE_FULL_LENGTH=1</c> in the environment.</summary>
public static class Counts
{
    /// <summary>The full count or a tenth of it, at least 1.</summary>
    public static int Of(int full) => Environment.GetEnvironmentVariable("CAFE_FULL_LENGTH") == "1" ? full : Math.Max(1, full / 10);
}
