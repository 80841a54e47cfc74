using System.Diagnostics;
using Grpc.Core;

namespace Cafe.ServiceDefaults.Telemetry;

/// <summary>
/// The host's traces. The source is the host's own and spans take their parent from the call's metadata, not from what
/// ASP.NET Core traces for the whole process: hosts that share a process then don't export each other's spans.
/// </summary>
public sealed class CafeTracing(ServiceIdentity identity) : IDisposable
{
    /// <summary>The source; start spans of queues, batches and steps from it.</summary>
    public ActivitySource Source { get; } = new(SourceName(identity.Name));

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    internal static string SourceName(string service) => $"cafe.{service}";

    internal Activity? StartServer(ServerCallContext context, string requestId)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var parent = ActivityContext.TryParse(
            context.RequestHeaders.GetValue("traceparent"), context.RequestHeaders.GetValue("tracestate"), isRemote: true, out var remote)
            ? remote
            : default;
        var activity = Source.StartActivity(context.Method[1..], ActivityKind.Server, parent);
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
