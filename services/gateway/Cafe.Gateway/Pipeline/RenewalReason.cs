namespace Cafe.Gateway.Pipeline;

/// <summary>Why a picture is encoded again.</summary>
internal enum RenewalReason
{
    /// <summary>The cache lost it: the values are asked for, so that it can't be lost a second time.</summary>
    Lost,

    /// <summary>Another encoder made it than the stage was made for: a pack is being replaced, the new encoder is asked.</summary>
    Stale,
}
