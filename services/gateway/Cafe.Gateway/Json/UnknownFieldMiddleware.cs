using Cafe.ServiceDefaults.Calls;
using Cafe.ServiceDefaults.Errors;

namespace Cafe.Gateway.Json;

/// <summary>Before JSON transcoding, which ignores unknown fields: names them in an error instead.</summary>
internal static class UnknownFieldMiddleware
{
    /// <summary>Where transcoding serves Generate.</summary>
    public const string GeneratePath = "/v1/generate";

    public static void UseUnknownFieldCheck(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Path != GeneratePath)
        {
            await next(context);
            return;
        }

        try
        {
            var body = await JsonBody.ReadAsync(context);
            context.Request.Body = new MemoryStream(body.ToArray(), writable: false);
        }
        catch (CafeException failure)
        {
            await JsonErrors.WriteAsync(context, ErrorMapper.ToStatus(failure, RequestIds.Accept(context.Request.Headers[RequestIds.Header])));
            return;
        }

        await next(context);
    });
}
