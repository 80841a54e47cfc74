using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>This process can't work now; another one, or the same one later, can: UNAVAILABLE with RetryInfo.</summary>
public sealed class NotReadyException : CafeException
{
    /// <summary>What a caller waits until a balancer has found another process, or this one has started: 1 s.</summary>
    public static readonly TimeSpan ShortDelay = TimeSpan.FromSeconds(1);

    /// <summary>Not able to work now.</summary>
    /// <param name="message">Why.</param>
    /// <param name="retryDelay">When trying again may work.</param>
    /// <param name="inner">What caused it; logged, never sent.</param>
    public NotReadyException(string message, TimeSpan retryDelay, Exception? inner = null)
        : base(StatusCode.Unavailable, ErrorReasons.NotReady, message, inner) => RetryDelay = retryDelay;

    /// <summary>This process goes down and takes nothing new.</summary>
    public static NotReadyException ShuttingDown() => new("Shutting down.", ShortDelay);
}
