using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>How one stage is reached and how its failures are met.</summary>
public sealed class StageOptions : IValidatableObject
{
    /// <summary>
    /// <c>http://host:port</c> (h2c), <c>https://host:port</c>, or <c>dns:///host:port</c> (TLS where <c>StageTls</c> is enabled). The
    /// host's addresses are looked up in the DNS again and again and calls go round them. Several addresses, separated by
    /// commas, are used as they are.
    /// </summary>
    [Required]
    public string Address { get; set; } = "";

    /// <summary>Longest single attempt of a call without a stream, in seconds, 0.01 to 3600. Default 60.</summary>
    [Range(0.01, 3600)]
    public double AttemptTimeoutSeconds { get; set; } = 60;

    /// <summary>Longest silence of a stream before the attempt counts as lost, in seconds, 0.01 to 86400. Default 300.</summary>
    [Range(0.01, 86_400)]
    public double SilenceTimeoutSeconds { get; set; } = 300;

    /// <summary>Further attempts of one call, 0 to 20. Default 4.</summary>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 4;

    /// <summary>Seconds before the first further attempt, doubled for each one and jittered, 0.001 to 60. Default 0.1.</summary>
    [Range(0.001, 60)]
    public double RetryBaseSeconds { get; set; } = 0.1;

    /// <summary>Longest wait between attempts in seconds; a stage that asks for a longer one is not tried again. 0.001 to 600, default 10.</summary>
    [Range(0.001, 600)]
    public double RetryMaxSeconds { get; set; } = 10;

    /// <summary>
    /// Share of a stage's own faults (errors, silence, timeouts; not processes that end or are full) that opens the breaker, 0.01 to
    /// 1. Default 0.5. An open breaker refuses new calls at once.
    /// </summary>
    [Range(0.01, 1)]
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>Calls in a sampling window below which the breaker stays closed, 2 to 100000. Default 20.</summary>
    [Range(2, 100_000)]
    public int BreakerMinimumCalls { get; set; } = 20;

    /// <summary>Sampling window of the breaker in seconds, 0.5 to 600. Default 10.</summary>
    [Range(0.5, 600)]
    public double BreakerSamplingSeconds { get; set; } = 10;

    /// <summary>Seconds until an open breaker lets one call try, 0.5 to 600. Default 5.</summary>
    [Range(0.5, 600)]
    public double BreakerOpenSeconds { get; set; } = 5;

    /// <summary>
    /// Encoder only: a second attempt starts beside the first after this many seconds and the quicker answer counts. 0 to 600;
    /// default 0: off. Replies and drawings are never hedged: the second attempt would take a slot for nothing.
    /// </summary>
    [Range(0, 600)]
    public double HedgeAfterSeconds { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var addresses = Address.Split(',', StringSplitOptions.TrimEntries);
        foreach (var address in addresses)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsUsable(uri, addresses.Length))
            {
                yield return new ValidationResult($"Address must be http://host:port, https://host:port or dns:///host:port, not '{address}'.");
            }
        }

        if (addresses.Select(address => address.Split(':')[0]).Distinct().Count() > 1)
        {
            yield return new ValidationResult($"Address mixes http and https: '{Address}'.");
        }
    }

    private static bool IsUsable(Uri uri, int count) =>
        uri.Scheme is "http" or "https" ? uri.Port > 0 : uri.Scheme == "dns" && count == 1 && uri.AbsolutePath.Length > 1;
}
