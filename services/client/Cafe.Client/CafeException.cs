using Google.Rpc;
using Grpc.Core;

namespace Cafe.Client;

/// <summary>A call failed; says why in words, and what to do about it for programs.</summary>
public sealed class CafeException : Exception
{
    internal CafeException(RpcException failure)
        : base(failure.Status.Detail, failure)
    {
        Code = failure.StatusCode;
        var status = failure.GetRpcStatus();
        RetryAfter = status?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
        Reason = status?.GetDetail<ErrorInfo>()?.Reason ?? "";
        RequestId = status?.GetDetail<RequestInfo>()?.RequestId ?? "";
        Fields = (status?.GetDetail<BadRequest>()?.FieldViolations ?? [])
            .GroupBy(violation => violation.Field, StringComparer.Ordinal)
            .ToDictionary(field => field.Key, field => string.Join("; ", field.Select(violation => violation.Description)));
    }

    internal CafeException(StatusCode code, string message)
        : base(message)
    {
        Code = code;
        Fields = new Dictionary<string, string>();
    }

    /// <summary>The gRPC status code.</summary>
    public StatusCode Code { get; }

    /// <summary>When the gateway wants to be asked again; null where it didn't say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The reason of google.rpc.ErrorInfo, for example <c>OVERLOADED</c>; empty where there is none.</summary>
    public string Reason { get; } = "";

    /// <summary>The id under which the gateway logged the request; empty where it is unknown.</summary>
    public string RequestId { get; } = "";

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }
}
