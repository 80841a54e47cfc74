namespace Cafe.Gateway;

/// <summary>Everything that the gateway logs.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Request {RequestId}: {Caller} asks for {Pictures} pictures, seed {Seed}, tags {Tags}")]
    public static partial void Accepted(ILogger logger, string requestId, string caller, int pictures, ulong seed, string tags);

    [LoggerMessage(102, LogLevel.Information, "Request {RequestId}: done in {Seconds:0.000} s, {Retries} retries")]
    public static partial void Finished(ILogger logger, string requestId, double seconds, int retries);

    [LoggerMessage(103, LogLevel.Information, "Request {RequestId}: ended after {Seconds:0.000} s: {Reason}")]
    public static partial void Ended(ILogger logger, string requestId, double seconds, string reason);

    [LoggerMessage(104, LogLevel.Warning, "Request {RequestId}: the {Stage} can't be reached, it waits: {Reason}")]
    public static partial void StageUnreachable(ILogger logger, string requestId, string stage, string reason);

    [LoggerMessage(105, LogLevel.Information, "Request {RequestId}: the {Stage} is called again, retry {Attempt} in {Seconds:0.000} s: {Reason}")]
    public static partial void StageRetried(ILogger logger, string requestId, string stage, int attempt, double seconds, string reason);

    [LoggerMessage(106, LogLevel.Warning, "The breaker of the {Stage} opened")]
    public static partial void BreakerOpened(ILogger logger, string stage);

    [LoggerMessage(107, LogLevel.Information, "Request {RequestId}: the {Stage} can't use the embedding ({Reason}); trying again")]
    public static partial void EmbeddingRenewed(ILogger logger, string requestId, string stage, string reason);

    [LoggerMessage(108, LogLevel.Warning, "The store failed: {Reason}")]
    public static partial void StoreFailed(ILogger logger, string reason);

    [LoggerMessage(109, LogLevel.Warning, "Request {RequestId}: moderation failed, the {Kind} is withheld: {Reason}")]
    public static partial void ModerationFailed(ILogger logger, string requestId, string kind, string reason);

    [LoggerMessage(110, LogLevel.Warning, "No API keys and no tokens are configured and the gateway listens on {Address}: everyone who reaches it may call it")]
    public static partial void OpenToAll(ILogger logger, string address);

    [LoggerMessage(111, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void Faulted(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(112, LogLevel.Information, "The store answers again")]
    public static partial void StoreAnswers(ILogger logger);

    [LoggerMessage(113, LogLevel.Warning, "The API keys in {Path} can't be read again, the old ones stay: {Reason}")]
    public static partial void KeysNotReloaded(ILogger logger, string path, string reason);

    [LoggerMessage(114, LogLevel.Warning, "The certificates towards the stages can't be read again, the old ones stay: {Reason}")]
    public static partial void CertificatesNotReloaded(ILogger logger, string reason);
}
