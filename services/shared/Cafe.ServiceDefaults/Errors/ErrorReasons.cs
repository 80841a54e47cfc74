namespace Cafe.ServiceDefaults.Errors;

/// <summary>Reasons in google.rpc.ErrorInfo, for programs. The domain is <see cref="Domain"/>.</summary>
public static class ErrorReasons
{
    /// <summary>The domain of all reasons.</summary>
    public const string Domain = "cafe";

    /// <summary>A field is wrong.</summary>
    public const string InvalidRequest = "INVALID_REQUEST";

    /// <summary>A queue or a limit is full.</summary>
    public const string Overloaded = "OVERLOADED";

    /// <summary>The process is starting, broken or going down.</summary>
    public const string NotReady = "NOT_READY";

    /// <summary>An embedding of another pack's encoder or assistant.</summary>
    public const string StaleReference = "STALE_REFERENCE";

    /// <summary>The cache doesn't hold the embedding.</summary>
    public const string EmbeddingNotFound = "EMBEDDING_NOT_FOUND";

    /// <summary>The pack can't do this.</summary>
    public const string Unsupported = "UNSUPPORTED";

    /// <summary>The deadline passed.</summary>
    public const string DeadlineExpired = "DEADLINE_EXPIRED";

    /// <summary>The caller went away.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>No valid credentials.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>The device's memory is full.</summary>
    public const string OutOfDeviceMemory = "OUT_OF_DEVICE_MEMORY";

    /// <summary>The model gave no usable result.</summary>
    public const string ModelFailure = "MODEL_FAILURE";

    /// <summary>A fault of the service; its log has the details under the request id.</summary>
    public const string Internal = "INTERNAL";
}
