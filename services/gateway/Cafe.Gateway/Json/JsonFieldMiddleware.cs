using Cafe.Gateway.Access;
using Cafe.Gateway.Facade;
using Cafe.Gateway.Telemetry;
using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;
using Grpc.Core;

namespace Cafe.Gateway.Json;

/// <summary>
/// Before JSON transcoding, which ignores unknown fields and doesn't say which value it can't read: names them in an error instead, to callers who may call.
/// What is refused here is a call like any other: gated, counted and logged.
/// </summary>
internal sealed class JsonFieldMiddleware(RequestDelegate next, CallRunner runner, CallerResolver callers, GatewayMetrics metrics)
{
    /// <summary>Where transcoding serves Generate.</summary>
    public const string GeneratePath = "/v1/generate";

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == GeneratePath)
        {
            try
            {
                await callers.ResolveAsync(context);
                context.Request.Body = await JsonBody.ReadAsync(context, metrics);
            }
            catch (CafeException refusal)
            {
                await RefuseAsync(context, refusal);
                return;
            }
        }

        await next(context);
    }

    private async Task RefuseAsync(HttpContext context, CafeException refusal)
    {
        try
        {
            await runner.RunAsync(context, EventStream.Method, DateTime.MaxValue, context.RequestAborted, _ => Task.FromException<StatusCode>(refusal));
        }
        catch (RpcException told)
        {
            await JsonErrors.WriteAsync(context, Failures.ToStatus(told));
        }
    }
}
