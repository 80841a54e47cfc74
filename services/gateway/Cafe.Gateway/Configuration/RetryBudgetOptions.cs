using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>
/// Retries that all calls share, so that a failing stage is not drowned in them: a bucket per stage that each call fills a
/// little and each retry empties by one. Free are refusals of processes that start or end, and what waited until a stage was healthy again.
/// Refusals of full processes have a bucket of the same size beside it, which each of them empties by one, tried again or not: they are waited out while half of it
/// is left, and told at once to the callers of a stage that refuses more than now and then.
/// </summary>
public sealed class RetryBudgetOptions
{
    /// <summary>Retries that may come at once, 0 to 100000. Default 20.</summary>
    [Range(0, 100_000)]
    public double Burst { get; set; } = 20;

    /// <summary>Retries earned per call, 0 to 10. Default 0.2.</summary>
    [Range(0, 10)]
    public double PerCall { get; set; } = 0.2;

    /// <summary>Retries earned per second whatever the load, 0 to 1000. Default 1.</summary>
    [Range(0, 1000)]
    public double PerSecond { get; set; } = 1;
}
