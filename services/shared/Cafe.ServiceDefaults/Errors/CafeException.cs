using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>
/// An error meant for the caller: its message says what is wrong and reaches them as it is, so it never holds internals.
/// Every other exception is answered INTERNAL without its text.
/// </summary>
/// <param name="code">The gRPC status code.</param>
/// <param name="reason">Upper snake case, for programs: the reason of google.rpc.ErrorInfo.</param>
/// <param name="message">One or two sentences for people.</param>
/// <param name="inner">What caused it; logged, never sent.</param>
public abstract class CafeException(StatusCode code, string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The gRPC status code.</summary>
    public StatusCode Code { get; } = code;

    /// <summary>The reason of google.rpc.ErrorInfo, upper snake case.</summary>
    public string Reason { get; } = reason;

    /// <summary>Fields at fault; sent as google.rpc.BadRequest.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; init; } = [];

    /// <summary>How long to wait before trying again; sent as google.rpc.RetryInfo.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>Facts for programs; sent as metadata of google.rpc.ErrorInfo.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
