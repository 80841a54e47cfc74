using System.Buffers;
using System.Security.Cryptography;
using Grpc.Core;

namespace Cafe.ServiceDefaults.Calls;

/// <summary>
/// The id that names one request in every service's logs, traces and errors: metadata <c>x-request-id</c>, taken from the
/// caller where it is well-formed, made here where not, repeated in the answer's headers.
/// </summary>
public static class RequestIds
{
    /// <summary>The metadata key.</summary>
    public const string Header = "x-request-id";

    private const int MaxLength = 128;
    private static readonly object Key = new();
    private static readonly AsyncLocal<string?> Ambient = new();
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>
    /// For logs: the id of the request whose call this code runs in, or whose call began this work where several wait for it; empty elsewhere.
    /// </summary>
    public static string Current
    {
        get => Ambient.Value ?? "";
        internal set => Ambient.Value = value;
    }

    /// <summary>The request's id.</summary>
    public static string RequestId(this ServerCallContext context) =>
        context.UserState.TryGetValue(Key, out var id) ? (string)id : "";

    /// <summary>Metadata that hands the request's id and trace to a call made on its behalf.</summary>
    public static Metadata OutgoingMetadata(this ServerCallContext context) => Outgoing(context.RequestId());

    /// <summary>Metadata that hands a request id, and the current trace, to a call.</summary>
    public static Metadata Outgoing(string requestId)
    {
        var metadata = new Metadata { { Header, requestId } };
        if (Telemetry.CafeTracing.Ambient is { IdFormat: System.Diagnostics.ActivityIdFormat.W3C, Id: { } id } activity)
        {
            metadata.Add("traceparent", id);
            if (!string.IsNullOrEmpty(activity.TraceStateString))
            {
                metadata.Add("tracestate", activity.TraceStateString);
            }
        }

        return metadata;
    }

    /// <summary>The caller's id where it is 1 to 128 of [A-Za-z0-9-_.], else a new one: what callers send ends in logs.</summary>
    public static string Accept(string? sent) =>
        sent is { Length: > 0 and <= MaxLength } && !sent.AsSpan().ContainsAnyExcept(Allowed) ? sent : New();

    /// <summary>A new id: 32 hex characters.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    internal static void Set(ServerCallContext context, string id) => context.UserState[Key] = id;
}
