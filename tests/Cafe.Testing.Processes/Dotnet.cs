namespace Cafe.Testing.Processes;

/// <summary>The runtime that the tests themselves run on.</summary>
public static class Dotnet
{
    /// <summary>Its program.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
