using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>The request is well-formed, but the state of the system refuses it, and trying again won't help: FAILED_PRECONDITION.</summary>
/// <param name="reason">Upper snake case, for programs.</param>
/// <param name="message">What has to be different.</param>
public sealed class PreconditionException(string reason, string message) : CafeException(StatusCode.FailedPrecondition, reason, message);
