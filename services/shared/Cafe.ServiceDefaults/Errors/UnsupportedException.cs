using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>What is served can't do this: UNIMPLEMENTED.</summary>
/// <param name="message">What is missing, for example that the pack has no text tower.</param>
public sealed class UnsupportedException(string message) : CafeException(StatusCode.Unimplemented, ErrorReasons.Unsupported, message);
