using Cafe.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Cafe.ServiceDefaults.Errors;

/// <summary>Exceptions to google.rpc.Status with its details. The only place that decides what callers see of a failure.</summary>
public static class ErrorMapper
{
    /// <summary>The status of a failure.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="requestId">The request's id, sent as google.rpc.RequestInfo.</param>
    /// <param name="cancelled">The call was cancelled when it was thrown.</param>
    /// <param name="expired">The call's deadline had passed when it was thrown.</param>
    public static Status ToStatus(Exception exception, string requestId, bool cancelled = false, bool expired = false)
    {
        var status = exception switch
        {
            CafeException known => Known(known),
            _ when expired => Plain(StatusCode.DeadlineExceeded, ErrorReasons.DeadlineExpired, "The deadline passed."),
            _ when cancelled => Plain(StatusCode.Cancelled, ErrorReasons.Cancelled, "The call was cancelled."),
            _ => Plain(StatusCode.Internal, ErrorReasons.Internal, $"Internal error; the service's log has it under request id {requestId}."),
        };
        status.Details.Add(Any.Pack(new RequestInfo { RequestId = requestId }));
        return status;
    }

    /// <summary>The failure of one item of a stream whose other items go on.</summary>
    public static ItemError ToItemError(Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new ItemError
        {
            Code = status.Code,
            Message = status.Message,
            Field = status.GetDetail<BadRequest>()?.FieldViolations.FirstOrDefault()?.Field ?? "",
            Reason = status.GetDetail<ErrorInfo>()?.Reason ?? "",
            RetryDelay = status.GetDetail<RetryInfo>()?.RetryDelay,
        };
    }

    private static Status Known(CafeException exception)
    {
        var status = Plain(exception.Code, exception.Reason, exception.Message, exception.Metadata);
        if (exception.Violations.Count > 0)
        {
            var bad = new BadRequest();
            bad.FieldViolations.AddRange(exception.Violations.Select(violation => new BadRequest.Types.FieldViolation
            {
                Field = violation.Field,
                Description = violation.Description,
            }));
            Add(status, bad);
        }

        if (exception.RetryDelay is { } delay)
        {
            Add(status, new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) });
        }

        return status;
    }

    private static Status Plain(StatusCode code, string reason, string message, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var info = new ErrorInfo { Domain = ErrorReasons.Domain, Reason = reason };
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            info.Metadata[key] = value;
        }

        var status = new Status { Code = (int)code, Message = message };
        Add(status, info);
        return status;
    }

    private static void Add(Status status, IMessage detail) => status.Details.Add(Any.Pack(detail));
}
