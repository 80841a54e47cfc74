using Microsoft.Extensions.Logging;

namespace Cafe.Embeddings;

/// <summary>Everything that the cache logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Redis fails and is left alone until it answers again: {Message}")]
    public static partial void CircuitOpened(ILogger logger, string message);

    [LoggerMessage(2, LogLevel.Information, "Redis answers")]
    public static partial void CircuitClosed(ILogger logger);

    [LoggerMessage(3, LogLevel.Debug, "Redis still fails: {Message}")]
    public static partial void ProbeFailed(ILogger logger, string message);

    [LoggerMessage(4, LogLevel.Warning, "The cached value {Key} is damaged and removed: {Message}, request {RequestId}")]
    public static partial void DamagedValue(ILogger logger, string key, string message, string requestId);

    [LoggerMessage(5, LogLevel.Warning, "An embedding of {Bytes} bytes is over Redis:MaxValueBytes = {Limit} and is not cached, request {RequestId}")]
    public static partial void ValueTooLarge(ILogger logger, int bytes, int limit, string requestId);

    [LoggerMessage(6, LogLevel.Warning, "Redis refuses {Operation} (told once a minute): {Message}, request {RequestId}")]
    public static partial void Refused(ILogger logger, string operation, string message, string requestId);
}
