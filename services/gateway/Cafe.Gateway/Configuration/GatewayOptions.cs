using System.ComponentModel.DataAnnotations;
using Cafe.V1;

namespace Cafe.Gateway.Configuration;

/// <summary>Everything an operator sets: configuration section <c>Gateway</c>. Checked when the host starts.</summary>
public sealed class GatewayOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>HTTP/1 port of the JSON API, the event streams and the OpenAPI document, 0 to 65535; 0 takes a free port. Default 5080.</summary>
    [Range(0, 65535)]
    public int JsonPort { get; set; } = 5080;

    /// <summary>Generations held at once, those whose reader is slow included, 1 to 100000. Default 256; one more is refused.</summary>
    [Range(1, 100_000)]
    public int MaxActive { get; set; } = 256;

    /// <summary>Share of <c>MaxActive</c> and of each waiting room that batch calls leave to interactive ones, 0 to 0.9. Default 0.1.</summary>
    [Range(0, 0.9)]
    public double InteractiveShare { get; set; } = 0.1;

    /// <summary>Longest generation in seconds, 1 to 86400; a caller's deadline can only shorten it. Default 1800.</summary>
    [Range(1, 86_400)]
    public double MaxDurationSeconds { get; set; } = 1800;

    /// <summary>Most items of one batch in the work at once, 1 to 64. Default 64.</summary>
    [Range(1, 64)]
    public int MaxBatchWindow { get; set; } = 64;

    /// <summary>Seconds between two looks into the DNS for a stage's addresses, 0.1 to 3600. Default 10.</summary>
    [Range(0.1, 3600)]
    public double DnsRefreshSeconds { get; set; } = 10;

    /// <summary>The three pools.</summary>
    public StagesOptions Stages { get; set; } = new();

    /// <summary>TLS towards the stages.</summary>
    public StageTlsOptions StageTls { get; set; } = new();

    /// <summary>Bounds of a request.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>Retries shared by all calls.</summary>
    public RetryBudgetOptions RetryBudget { get; set; } = new();

    /// <summary>Where calls wait for a stage without a ready process.</summary>
    public WaitingRoomOptions WaitingRoom { get; set; } = new();

    /// <summary>The store behind conversations and idempotency keys.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>Conversations kept for callers.</summary>
    public ConversationOptions Conversations { get; set; } = new();

    /// <summary>Work that is done once per key.</summary>
    public IdempotencyOptions Idempotency { get; set; } = new();

    /// <summary>Who may call. Neither keys nor tokens configured: everyone, under the name <c>anonymous</c>; meant for loopback.</summary>
    public ApiKeysOptions ApiKeys { get; set; } = new();

    /// <summary>JSON web tokens.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Limits of callers that have none of their own.</summary>
    public CallerLimits CallerLimits { get; set; } = new();

    /// <summary>Moderation of texts and pictures.</summary>
    public ModerationOptions Moderation { get; set; } = new();

    /// <summary>Callers must say who they are.</summary>
    public bool AuthRequired => ApiKeys.Enabled || Jwt.Enabled;

    /// <summary>How much of a bound calls of a priority may fill.</summary>
    public int BoundOf(Priority priority, int bound) => priority == Priority.Batch ? Math.Max(Math.Min(bound, 1), (int)(bound * (1 - InteractiveShare))) : bound;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Name, object Value)[] sections =
        [
            ("Stages:Encoder", Stages.Encoder), ("Stages:Assistant", Stages.Assistant), ("Stages:Diffuser", Stages.Diffuser),
            (nameof(StageTls), StageTls), (nameof(Limits), Limits), (nameof(RetryBudget), RetryBudget), (nameof(WaitingRoom), WaitingRoom),
            (nameof(Store), Store), (nameof(Conversations), Conversations), (nameof(Idempotency), Idempotency),
            (nameof(ApiKeys), ApiKeys), (nameof(Jwt), Jwt), (nameof(CallerLimits), CallerLimits), (nameof(Moderation), Moderation),
        ];
        foreach (var (name, value) in sections)
        {
            var errors = new List<ValidationResult>();
            Validator.TryValidateObject(value, new ValidationContext(value), errors, validateAllProperties: true);
            foreach (var error in errors)
            {
                yield return new ValidationResult($"{Section}:{name}: {error.ErrorMessage}");
            }
        }
    }
}
