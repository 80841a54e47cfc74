using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cafe.ServiceDefaults.Listening;

/// <summary>
/// Keeps each port to its purpose: metrics and probes are open to scrapers and the kubelet, the API isn't, and the other
/// way round.
/// </summary>
internal static class ListenerRouting
{
    private const string HealthPath = "/grpc.health.v1.Health";
    internal const string MetricsPath = "/metrics";

    public static void UseListenerRouting(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var listener = context.Features.Get<ListenerFeature>()?.Name;
        var allowed = listener switch
        {
            ListenerNames.Health => context.Request.Path.StartsWithSegments(HealthPath),
            ListenerNames.Metrics => context.Request.Path == MetricsPath,
            _ => context.Request.Path != MetricsPath,
        };
        if (allowed)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
