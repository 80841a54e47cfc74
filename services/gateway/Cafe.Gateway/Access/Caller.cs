using Cafe.Gateway.Configuration;

namespace Cafe.Gateway.Access;

/// <summary>Who calls.</summary>
/// <param name="Id">The key's id, the token's subject, or <c>anonymous</c>.</param>
/// <param name="Limits">How much they may ask.</param>
public sealed record Caller(string Id, CallerLimits Limits)
{
    /// <summary>The id of callers who needn't say.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Characters of an id at most: what the stages take as a tenant.</summary>
    public const int MaxIdLength = 256;
}
