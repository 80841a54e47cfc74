using Cafe.Assistant.Replies;
using Microsoft.Extensions.Logging;

namespace Cafe.Assistant;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loading the assistant of pack {Pack} {Version} ({Precision})")]
    public static partial void Loading(ILogger logger, string pack, string version, string precision);

    [LoggerMessage(2, LogLevel.Information, "Ready: {Rows} rows of {Tokens} tokens, {KvBytes} bytes of keys and values; {TokenSeconds:0.0000} s a token alone, {PrefillSeconds:0.00000} s a prompt token")]
    public static partial void Ready(ILogger logger, int rows, int tokens, long kvBytes, double tokenSeconds, double prefillSeconds);

    [LoggerMessage(3, LogLevel.Debug, "A reply of {Tokens} new tokens ended: {Finish}, request {RequestId}")]
    public static partial void Replied(ILogger logger, ReplyFinish finish, int tokens, string requestId);

    [LoggerMessage(4, LogLevel.Error, "A request failed in the model, request {RequestId}")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(5, LogLevel.Warning, "A step failed; its rows are tried alone, requests {RequestIds}")]
    public static partial void StepFailed(ILogger logger, Exception exception, string requestIds);

    [LoggerMessage(6, LogLevel.Critical, "The scheduler's loop has ended")]
    public static partial void LoopFailed(ILogger logger, Exception exception);
}
