using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>The Redis behind conversations and idempotency keys.</summary>
public sealed class StoreOptions
{
    /// <summary>A StackExchange.Redis configuration string, for example <c>redis:6379,password=...</c>. Default: <c>Redis:Configuration</c>, which the stages
    /// read too. Empty: there is no store.</summary>
    public string Redis { get; set; } = "";

    /// <summary>Longest operation in seconds, 0.001 to 60. Default 1.</summary>
    [Range(0.001, 60)]
    public double TimeoutSeconds { get; set; } = 1;

    /// <summary>Seconds between the probes that find the store again after two failures in a row, 0.1 to 600. Default 3; requests don't ask it meanwhile.</summary>
    [Range(0.1, 600)]
    public double BreakSeconds { get; set; } = 3;

    /// <summary>Put before every key. Default <c>cafe:</c>.</summary>
    [Required]
    public string KeyPrefix { get; set; } = "cafe:";
}
