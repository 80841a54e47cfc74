using System.ComponentModel.DataAnnotations;

namespace Cafe.Gateway.Configuration;

/// <summary>The API keys.</summary>
public sealed class ApiKeysOptions : IValidatableObject
{
    /// <summary>Keys in the configuration itself.</summary>
    public List<ApiKeyOptions> Keys { get; set; } = [];

    /// <summary>A folder with one file per key, as Kubernetes mounts a Secret: the file's name is the caller's id, its content the key.
    /// Read again within seconds of a change.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// Limits of callers by their ids, for example <c>Gateway:ApiKeys:Limits:team-a:RequestsPerMinute=60</c>: how those whose keys are
    /// files get limits of their own. A key in <see cref="Keys"/> that has limits keeps them; callers without an entry have
    /// <c>Gateway:CallerLimits</c>.
    /// </summary>
    public Dictionary<string, CallerLimits> Limits { get; set; } = [];

    /// <summary>There are keys: callers without one are refused.</summary>
    public bool Enabled => Keys.Count > 0 || !string.IsNullOrEmpty(Path);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var key in Keys)
        {
            if (string.IsNullOrEmpty(key.Id) || key.Id.Length > 64)
            {
                yield return new ValidationResult("every key needs an Id of 1 to 64 characters.");
            }

            if (string.IsNullOrEmpty(key.Key) == string.IsNullOrEmpty(key.KeySha256))
            {
                yield return new ValidationResult($"{key.Id} needs Key or KeySha256, and not both.");
            }

            if (!string.IsNullOrEmpty(key.KeySha256) && (key.KeySha256.Length != 64 || !key.KeySha256.All(char.IsAsciiHexDigit)))
            {
                yield return new ValidationResult($"KeySha256 of {key.Id} must be 64 hex digits.");
            }
        }

        if (Keys.Select(key => key.Id).Distinct().Count() != Keys.Count)
        {
            yield return new ValidationResult("two keys have the same Id.");
        }

        var limits = Limits.Concat(Keys.Where(key => key.Limits is not null).Select(key => KeyValuePair.Create(key.Id, key.Limits!)));
        foreach (var (id, value) in limits)
        {
            var errors = new List<ValidationResult>();
            Validator.TryValidateObject(value, new ValidationContext(value), errors, validateAllProperties: true);
            foreach (var error in errors)
            {
                yield return new ValidationResult($"limits of {id}: {error.ErrorMessage}");
            }
        }

        if (!string.IsNullOrEmpty(Path) && !Directory.Exists(Path))
        {
            yield return new ValidationResult($"Path: there is no folder {Path}.");
        }
    }
}
