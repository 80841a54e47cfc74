using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>How much a caller may ask of one gateway process.</summary>
public sealed class CallerLimits
{
    /// <summary>Generations a minute, 0 for no limit. Default 0. As many may come at once.</summary>
    [Range(0, 1e9)]
    public double RequestsPerMinute { get; set; }

    /// <summary>Generations at once, 0 for no limit. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrent { get; set; }
}
