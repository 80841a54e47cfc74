namespace Cafe.Gateway.Configuration;

/// <summary>One API key.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>Names the caller in logs, metrics and the stages' fair queues; 1 to 64 characters.</summary>
    public string Id { get; set; } = "";

    /// <summary>The key itself, from a secret's environment variable.</summary>
    public string? Key { get; set; }

    /// <summary>The key's SHA-256 in hex, so that the configuration holds no secret.</summary>
    public string? KeySha256 { get; set; }

    /// <summary>Its own limits. Unset: those of its id in <c>Gateway:ApiKeys:Limits</c>, else <c>Gateway:CallerLimits</c>.</summary>
    public CallerLimits? Limits { get; set; }
}
