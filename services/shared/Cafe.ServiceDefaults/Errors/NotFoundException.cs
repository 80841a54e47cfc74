using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>Something that the request names doesn't exist: NOT_FOUND.</summary>
/// <param name="reason">Upper snake case, for programs.</param>
/// <param name="message">What doesn't exist.</param>
public sealed class NotFoundException(string reason, string message) : CafeException(StatusCode.NotFound, reason, message);
