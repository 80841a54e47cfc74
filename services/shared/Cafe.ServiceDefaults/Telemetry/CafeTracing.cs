using System.Diagnostics;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>
/// The host's traces. The source is the host's own and spans take their parent from the call's metadata, not from what
/// ASP.NET Core traces for the whole process: hosts that share a process then don't export each other's spans.
/// </summary>
public sealed class CafeTracing(ServiceIdentity identity) : IDisposable
{
    private const string Prefix = "cafe.";

    /// <summary>The source; start spans of queues, batches and steps from it.</summary>
    public ActivitySource Source { get; } = new(SourceName(identity.Name));

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    /// <summary>
    /// The trace that work begun here belongs to: a span of ours, or what a caller has recorded. ASP.NET Core's own activity, there for every call, is neither: as a parent that isn't recorded it would
    /// keep everything below it from being recorded.
    /// </summary>
    public static Activity? Ambient => Activity.Current is { } current && (current.Recorded || current.Source.Name.StartsWith(Prefix, StringComparison.Ordinal)) ? current : null;

    /// <summary>Starts a span below <paramref name="parent"/>, or a trace of its own where that is default; null where nobody listens.</summary>
    public Activity? Start(string name, ActivityKind kind, ActivityContext parent)
    {
        if (parent == default && Ambient is null)
        {
            Activity.Current = null;
        }

        return Source.StartActivity(name, kind, parent);
    }

    internal static string SourceName(string service) => Prefix + service;

    internal Activity? StartServer(HttpContext http, string method, string requestId)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var parent = ActivityContext.TryParse(
            http.Request.Headers.TraceParent, http.Request.Headers.TraceState, isRemote: true, out var remote)
            ? remote
            : default;
        var activity = Start(method[1..], ActivityKind.Server, parent);
        activity?.SetTag("rpc.system", "grpc");
        activity?.SetTag("cafe.request_id", requestId);
        return activity;
    }

    internal static void End(Activity? activity, StatusCode code)
    {
        activity?.SetTag("rpc.grpc.status_code", (int)code);
        if (code != StatusCode.OK)
        {
            activity?.SetStatus(ActivityStatusCode.Error, code.ToString());
        }
    }
}
