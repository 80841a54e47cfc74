using Cafe.Gateway.Facade;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Cafe.Gateway.Json;

/// <summary>Failures over JSON: google.rpc.Status with its details, as JSON transcoding words them.</summary>
internal static class JsonErrors
{
    /// <summary>The details that statuses carry.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details));

    /// <summary>The status as JSON.</summary>
    public static string Format(Status status) => Formatter.Format(status);

    /// <summary>Answers with a failure; nothing may have been written yet.</summary>
    public static async Task WriteAsync(HttpContext context, Status status)
    {
        context.Response.StatusCode = Failures.ToHttp(status);
        context.Response.ContentType = "application/json";
        if (status.GetDetail<RetryInfo>()?.RetryDelay is { } delay)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(delay.ToTimeSpan().TotalSeconds)).ToString();
        }

        await context.Response.WriteAsync(Format(status), context.RequestAborted);
    }
}
