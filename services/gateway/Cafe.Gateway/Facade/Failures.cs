using Cafe.ServiceDefaults.Errors;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Cafe.Gateway.Facade;

/// <summary>Failures in the forms in which callers see them outside gRPC's own status.</summary>
internal static class Failures
{
    /// <summary>google.rpc.Status with its details; bare where the failure carries none.</summary>
    public static RpcStatus ToStatus(RpcException failure) =>
        failure.GetRpcStatus() ?? new RpcStatus { Code = (int)failure.StatusCode, Message = failure.Status.Detail };

    /// <summary>google.rpc.Status with its details.</summary>
    public static RpcStatus ToStatus(Exception failure, string requestId) => failure switch
    {
        RpcException rpc => ToStatus(rpc),
        _ => ErrorMapper.ToStatus(failure, requestId, cancelled: failure is OperationCanceledException),
    };

    /// <summary>The HTTP status that JSON transcoding gives a code.</summary>
    public static int ToHttp(RpcStatus status) => (StatusCode)status.Code switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
