using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>The caller's deadline passed, in a queue or in the work: DEADLINE_EXCEEDED.</summary>
/// <param name="message">Where it passed.</param>
public sealed class DeadlineExpiredException(string message) : CafeException(StatusCode.DeadlineExceeded, ErrorReasons.DeadlineExpired, message);
