using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>A queue or a limit is full: RESOURCE_EXHAUSTED with RetryInfo.</summary>
public sealed class OverloadedException : CafeException
{
    /// <summary>A bound was met.</summary>
    /// <param name="message">Which one.</param>
    /// <param name="retryDelay">When trying again is likely to work.</param>
    public OverloadedException(string message, TimeSpan retryDelay)
        : base(StatusCode.ResourceExhausted, ErrorReasons.Overloaded, message) => RetryDelay = retryDelay;
}
