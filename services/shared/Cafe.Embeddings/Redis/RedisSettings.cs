using System.ComponentModel.DataAnnotations;
using StackExchange.Redis;

namespace Cafe.Embeddings.Redis;

/// <summary>The shared embedding cache: configuration section <c>Redis</c>.</summary>
public sealed class RedisSettings : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Redis";

    /// <summary>host:port[,option=value...] as StackExchange.Redis reads it. Empty (default): no cache; embeddings travel inline.</summary>
    public string? Configuration { get; set; }

    /// <summary>Hours that an embedding lives after it was last referred to, 0.01 to 8760. Default 24.</summary>
    [Range(0.01, 8760)]
    public double TimeToLiveHours { get; set; } = 24;

    /// <summary>Largest value kept, in bytes, 1 KiB to 512 MiB. Default 8 MiB; a larger embedding travels inline.</summary>
    [Range(1024, 512 << 20)]
    public int MaxValueBytes { get; set; } = 8 << 20;

    /// <summary>Milliseconds that a read may take at most, 1 to 60000. Default 250; less where encoding anew costs less.</summary>
    [Range(1, 60_000)]
    public int ReadBudgetMilliseconds { get; set; } = 250;

    /// <summary>Milliseconds that the encoder grants a read at least, however cheap encoding is, 1 to 60000. Default 20.</summary>
    [Range(1, 60_000)]
    public int LeastReadBudgetMilliseconds { get; set; } = 20;

    /// <summary>
    /// Milliseconds that a miss in the assistant or the diffuser costs besides the encoding, 0 to 60000. Default 100: its refusal, the
    /// calls of the encoder and of the stage that follow, the picture's decoding and the values' way inline. A stage waits for a read as
    /// long as this and the encoding take.
    /// </summary>
    [Range(0, 60_000)]
    public int MissMilliseconds { get; set; } = 100;

    /// <summary>Seconds that a process's claim on encoding a picture lives at least without being renewed, 0.1 to 600. Default 2; it is eight encodings' time where that is more.</summary>
    [Range(0.1, 600)]
    public double LeastLeaseSeconds { get; set; } = 2;

    /// <summary>Seconds that the encoder keeps an embedding which it just made, 0 to 600. Default 30: identical pictures in a burst are encoded once however late Redis is. 0: it keeps none.</summary>
    [Range(0, 600)]
    public double RecentSeconds { get; set; } = 30;

    /// <summary>Most MiB of such embeddings, 0 to 4096. Default 64; the oldest go first.</summary>
    [Range(0, 4096)]
    public int RecentMebibytes { get; set; } = 64;

    /// <summary>Milliseconds that the encoder waits for a write, 1 to 60000. Default 500.</summary>
    [Range(1, 60_000)]
    public int WriteBudgetMilliseconds { get; set; } = 500;

    /// <summary>Failed or late operations in a row that open the circuit, 1 to 100; what one stall makes late counts once. Default 3.</summary>
    [Range(1, 100)]
    public int FailuresToOpen { get; set; } = 3;

    /// <summary>Milliseconds between the probes that close the circuit again, 10 to 60000. Default 500.</summary>
    [Range(10, 60_000)]
    public int ProbeMilliseconds { get; set; } = 500;

    /// <summary>A cache is configured.</summary>
    public bool Enabled => !string.IsNullOrWhiteSpace(Configuration);

    /// <summary>How long an embedding lives after it was last referred to.</summary>
    public TimeSpan TimeToLive => TimeSpan.FromHours(TimeToLiveHours);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            problem = Enabled && ConfigurationOptions.Parse(Configuration!).EndPoints.Count == 0 ? "names no server" : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            problem = e.Message;
        }

        if (problem is not null)
        {
            // The value may hold a password, so it isn't repeated.
            yield return new ValidationResult($"{Section}:Configuration can't be read: {problem}", [nameof(Configuration)]);
        }
    }
}
