namespace Cafe.Diffuser;

/// <summary>Everything that the diffuser logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loading the diffuser of pack {Pack} {Version} ({Precision})")]
    public static partial void Loading(ILogger logger, string pack, string version, string precision);

    [LoggerMessage(2, LogLevel.Information, "Serves the diffuser of {Pack} {Version} ({Fingerprint}) after {Seconds:0.0} s; seconds of a call by rows: {Table}; decoding takes {Decode:0.000} s")]
    public static partial void Loaded(ILogger logger, string pack, string version, string fingerprint, double seconds, string table, double decode);

    [LoggerMessage(3, LogLevel.Error, "Loading failed")]
    public static partial void LoadFailed(ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "A request failed in the model, request {RequestId}")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(5, LogLevel.Warning, "A UNet call failed; smaller calls are tried: {Message}; requests {RequestIds}")]
    public static partial void BatchFailed(ILogger logger, string message, string requestIds);

    [LoggerMessage(6, LogLevel.Critical, "The scheduler stopped")]
    public static partial void SchedulerStopped(ILogger logger, Exception exception);
}
