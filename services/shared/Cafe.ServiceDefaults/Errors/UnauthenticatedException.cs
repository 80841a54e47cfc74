using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>No, or no valid, credentials: UNAUTHENTICATED.</summary>
/// <param name="message">What to send.</param>
public sealed class UnauthenticatedException(string message) : CafeException(StatusCode.Unauthenticated, ErrorReasons.Unauthenticated, message);
