using System.Net.Sockets;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Cafe.Gateway.Stages;

/// <summary>Reads failures of stages, and words them for callers.</summary>
public static class StageFailures
{
    private static readonly Dictionary<string, string> NoFields = [], AssistantFields = new() { ["options"] = "text_options", ["turns"] = "conversation.turns" };

    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(1);

    /// <summary>What a failure calls for. Cancellation by the caller is not a failure: check for it first.</summary>
    public static StageFailureKind KindOf(Exception failure) => failure switch
    {
        BrokenCircuitException => StageFailureKind.Busy,
        TimeoutRejectedException or StageStreamBrokenException => StageFailureKind.Transient,
        RpcException rpc => KindOf(rpc),
        _ => StageFailureKind.Final,
    };

    /// <summary>Whether a process refused the call before it did anything, because it starts or ends. Asking another one costs nothing.</summary>
    public static bool IsNotReady(Exception failure) =>
        failure is RpcException { StatusCode: StatusCode.Unavailable } rpc && ReasonOf(rpc) == ErrorReasons.NotReady;

    /// <summary>Whether there was no connection, or it was lost, or a process refused because it starts or ends.</summary>
    public static bool IsOfAProcessThatEnds(Exception failure) => IsNotReady(failure) ||
        (failure is RpcException rpc && KindOf(rpc) is StageFailureKind.NoProcess or StageFailureKind.Transient &&
         (rpc.Status.DebugException is not null || rpc.StatusCode == StatusCode.Cancelled));

    /// <summary>
    /// Whether a failure speaks against the stage: a fault of its own, silence, an attempt that took too long. Processes that end, are not
    /// ready or are full are the waiting room's and the retries'.
    /// </summary>
    public static bool CountsAgainstStage(Exception failure) => failure is RpcException { StatusCode: StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss, Status.DebugException: null } ||
        (KindOf(failure) is StageFailureKind.Transient && !IsOfAProcessThatEnds(failure));

    /// <summary>Whether a process refused the call because its places are taken, and said when to come again.</summary>
    public static bool IsFull(Exception failure) => failure is RpcException { StatusCode: StatusCode.ResourceExhausted } && DelayOf(failure) is not null;

    /// <summary>When the stage is to be asked again: as it said, or when its breaker lets a call pass; null where nobody said.</summary>
    public static TimeSpan? DelayOf(Exception failure) => failure switch
    {
        BrokenCircuitException open => open.RetryAfter,
        RpcException rpc => rpc.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
        _ => null,
    };

    /// <summary>The reason of google.rpc.ErrorInfo; null where there is none.</summary>
    public static string? ReasonOf(RpcException failure) => failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    /// <summary>
    /// The failure as the gateway's caller should see it. A stage's own words and details pass; the transport's don't: addresses
    /// inside the cluster are nobody's business.
    /// </summary>
    public static Exception ForCaller(Stage stage, Exception failure) => ForCaller(stage, failure, FieldsOf(stage));

    /// <summary>The same, with the stage's names of fields replaced by the caller's.</summary>
    public static Exception ForCaller(Stage stage, Exception failure, IReadOnlyDictionary<string, string> fields) => failure switch
    {
        RpcException { StatusCode: StatusCode.InvalidArgument, Status.DebugException: null } rpc when rpc.GetRpcStatus()?.GetDetail<BadRequest>() is { FieldViolations.Count: > 0 } bad =>
            new InvalidRequestException([.. bad.FieldViolations.Select(violation => new FieldViolation(Rename(violation.Field, fields), violation.Description))]),
        RpcException { Status.DebugException: null } rpc when rpc.GetRpcStatus() is { } status => status.ToRpcException(),
        RpcException { StatusCode: StatusCode.DeadlineExceeded } => new DeadlineExpiredException($"The deadline passed in the {stage.Name()}."),
        RpcException { StatusCode: StatusCode.Internal or StatusCode.Unknown } => new ModelFailureException($"The {stage.Name()} failed.", failure),
        RpcException { Status.DebugException: null } rpc when KindOf(rpc) is StageFailureKind.Final or StageFailureKind.Busy =>
            new RpcException(new Grpc.Core.Status(rpc.StatusCode, rpc.Status.Detail)),
        BrokenCircuitException => new NotReadyException($"The {stage.Name()} failed too often and is given a rest.", DelayOf(failure) ?? DefaultDelay, failure),
        RpcException or TimeoutRejectedException or StageStreamBrokenException =>
            new NotReadyException($"The {stage.Name()} could not be reached, or stopped in the middle.", DelayOf(failure) ?? DefaultDelay, failure),
        _ => failure,
    };

    // The assistant's options are the caller's text_options; the diffuser's have the same name.
    private static IReadOnlyDictionary<string, string> FieldsOf(Stage stage) => stage == Stage.Assistant ? AssistantFields : NoFields;

    private static string Rename(string field, IReadOnlyDictionary<string, string> fields)
    {
        var first = field.AsSpan(0, field.AsSpan().IndexOfAny('.', '[') is var end and >= 0 ? end : field.Length).ToString();
        return fields.TryGetValue(first, out var name) ? name + field[first.Length..] : field;
    }

    private static StageFailureKind KindOf(RpcException failure)
    {
        // A status with an exception behind it was made on this side: the connection, not the stage, said so.
        var transport = failure.Status.DebugException;
        return failure.StatusCode switch
        {
            StatusCode.Unavailable when transport is not null && IsNoConnection(transport) => StageFailureKind.NoProcess,
            StatusCode.Unavailable or StatusCode.Aborted => StageFailureKind.Transient,
            StatusCode.ResourceExhausted => DelayOf(failure) is null ? StageFailureKind.Final : StageFailureKind.Busy,
            // A process that dies resets its streams with various codes; CANCELLED too, though nobody here cancelled.
            StatusCode.Internal or StatusCode.Unknown when transport is not null => StageFailureKind.Transient,
            StatusCode.Cancelled => StageFailureKind.Transient,
            _ => StageFailureKind.Final,
        };
    }

    private static bool IsNoConnection(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut })
            {
                return true;
            }
        }

        return false;
    }
}
