using Cafe.ServiceDefaults.Health;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Cafe.ServiceDefaults;

/// <summary>Everything that the defaults log.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{State} {Reason}")]
    public static partial void ReadinessChanged(ILogger logger, ReadinessState state, string reason);

    [LoggerMessage(2, LogLevel.Error, "Broken: {Reason}")]
    public static partial void Broken(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "{Method} {Code}, request {RequestId}: {Message}")]
    public static partial void CallFailed(ILogger logger, string method, StatusCode code, string requestId, string message);

    [LoggerMessage(4, LogLevel.Error, "{Method} failed, request {RequestId}")]
    public static partial void CallFaulted(ILogger logger, Exception exception, string method, string requestId);

    [LoggerMessage(5, LogLevel.Information, "Draining: {Calls} calls run; they have {Seconds:0.#} s")]
    public static partial void DrainStarted(ILogger logger, int calls, double seconds);

    [LoggerMessage(6, LogLevel.Warning, "Drain timed out; {Calls} calls are cut off")]
    public static partial void DrainTimedOut(ILogger logger, int calls);

    [LoggerMessage(7, LogLevel.Information, "Drained")]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(8, LogLevel.Warning, "The renewed certificate {Path} can't be read, the old one stays: {Message}")]
    public static partial void CertificateNotReloaded(ILogger logger, string path, string message);

    [LoggerMessage(9, LogLevel.Information, "{Service} listens: gRPC {Grpc}, health {Health}, metrics {Metrics}")]
    public static partial void Listening(ILogger logger, string service, Uri grpc, Uri health, Uri metrics);
}
