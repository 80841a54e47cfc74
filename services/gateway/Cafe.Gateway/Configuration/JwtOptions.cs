using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>JSON web tokens, sent as <c>authorization: Bearer</c>.</summary>
public sealed class JwtOptions : IValidatableObject
{
    /// <summary>An OpenID Connect issuer whose published keys sign the tokens.</summary>
    public string? Authority { get; set; }

    /// <summary>A symmetric key instead of an issuer, 32 characters or more.</summary>
    public string? SigningKey { get; set; }

    /// <summary>The tokens' issuer. Default: the authority's own; required with a signing key.</summary>
    public string? Issuer { get; set; }

    /// <summary>The tokens' audience. Required.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim that names the caller. Default <c>sub</c>.</summary>
    public string CallerClaim { get; set; } = "sub";

    /// <summary>Tokens are accepted.</summary>
    public bool Enabled => !string.IsNullOrEmpty(Authority) || !string.IsNullOrEmpty(SigningKey);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Enabled && string.IsNullOrEmpty(Audience))
        {
            yield return new ValidationResult("Audience is required with Authority or SigningKey.");
        }

        if (SigningKey is { Length: > 0 and < 32 })
        {
            yield return new ValidationResult("SigningKey must have 32 characters or more.");
        }

        if (!string.IsNullOrEmpty(SigningKey) && string.IsNullOrEmpty(Issuer))
        {
            yield return new ValidationResult("Issuer is required with SigningKey.");
        }
    }
}
