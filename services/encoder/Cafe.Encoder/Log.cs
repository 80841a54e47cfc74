using Cafe.Inference.Encoding;

namespace Cafe.Encoder;

/// <summary>Everything that the encoder logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Serves the encoder of {Pack} {Version} ({Fingerprint}), loaded and warm after {Seconds:0.0} s")]
    public static partial void Loaded(ILogger logger, string pack, string version, string fingerprint, double seconds);

    [LoggerMessage(2, LogLevel.Error, "Loading failed")]
    public static partial void LoadFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "A {Tower} call of {Requests} requests failed and is run one by one: {Message}; requests {RequestIds}")]
    public static partial void BatchFailed(ILogger logger, EncoderTower tower, int requests, string message, string requestIds);

    [LoggerMessage(4, LogLevel.Warning, "The alias of a picture led to other pixels than it has and is written anew, request {RequestId}")]
    public static partial void AliasWrong(ILogger logger, string requestId);

    [LoggerMessage(5, LogLevel.Error, "An item of a stream failed, request {RequestId}")]
    public static partial void ItemFaulted(ILogger logger, Exception exception, string requestId);
}
