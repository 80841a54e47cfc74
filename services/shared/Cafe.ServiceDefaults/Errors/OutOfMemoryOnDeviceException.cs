using Grpc.Core;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>
/// The work didn't fit into the device's memory: RESOURCE_EXHAUSTED with RetryInfo, since neighbours leave. It fails one
/// request, not the process.
/// </summary>
public sealed class OutOfMemoryOnDeviceException : CafeException
{
    /// <summary>The device has no memory left for this request.</summary>
    /// <param name="message">What didn't fit, and what asking for less would be.</param>
    /// <param name="inner">The runtime's error; logged, never sent.</param>
    public OutOfMemoryOnDeviceException(string message, Exception? inner = null)
        : base(StatusCode.ResourceExhausted, ErrorReasons.OutOfDeviceMemory, message, inner) => RetryDelay = TimeSpan.FromSeconds(5);
}
