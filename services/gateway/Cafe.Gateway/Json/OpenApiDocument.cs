using System.Text.Json.Nodes;
using Cafe.V1;
using Google.Rpc;
using Google.Protobuf.Reflection;

namespace Cafe.Gateway.Json;

/// <summary>The OpenAPI 3.1 document of the JSON API, made from the descriptors and the comments of the .proto files.</summary>
internal static class OpenApiDocument
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/openapi.json";

    private static readonly Lazy<string> Text = new(() => Build().ToJsonString(new() { WriteIndented = true }));

    public static Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Text.Value, context.RequestAborted);
    }

    public static JsonObject Build()
    {
        var comments = new ProtoComments();
        var schemas = new OpenApiSchemas(comments);
        var paths = new JsonObject
        {
            [JsonFieldMiddleware.GeneratePath] = new JsonObject
            {
                ["post"] = Operation(
                    "generate", comments.Of("GatewayService.Generate"), GenerateRequest.Descriptor, schemas,
                    "application/json", new JsonObject { ["anyOf"] = new JsonArray(schemas.Reference(GenerateResponse.Descriptor), StatusSchema()) },
                    "A stream of JSON objects, one a line, each written as soon as it happens: GenerateResponses, the last with the summary. A call that fails after its first line ends with a google.rpc.Status instead; code, message and details are in no GenerateResponse."),
            },
            [EventStream.Path] = new JsonObject
            {
                ["post"] = Operation(
                    "generateEvents",
                    comments.Of("GatewayService.Generate") + " The answer is a stream of server-sent events: the name of each is a field of GenerateResponse, its data that field's value; error carries a Status.",
                    GenerateRequest.Descriptor, schemas, "text/event-stream", new JsonObject { ["type"] = "string" }, "A stream of events, one for each GenerateResponse."),
            },
            ["/v1/pack"] = new JsonObject
            {
                ["get"] = Operation("getPack", comments.Of("GatewayService.GetPack"), null, schemas, "application/json", schemas.Reference(GetPackResponse.Descriptor), "What is served."),
            },
        };
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Cafe gateway", ["version"] = "v1", ["description"] = comments.Of("GatewayService") },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.ToJson(),
                ["securitySchemes"] = new JsonObject
                {
                    ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-api-key" },
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["apiKey"] = new JsonArray() }, new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject()),
        };
    }

    private static JsonObject Operation(string id, string description, MessageDescriptor? request, OpenApiSchemas schemas, string type, JsonObject answer, string answered)
    {
        var operation = new JsonObject { ["operationId"] = id, ["description"] = description };
        if (request is not null)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", schemas.Reference(request)) };
        }

        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = answered, ["content"] = Content(type, answer) },
            ["default"] = new JsonObject { ["description"] = "The call failed before its first event: google.rpc.Status with its details.", ["content"] = Content("application/json", StatusSchema()) },
        };
        return operation;
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    // Details are Any messages: BadRequest, RetryInfo, ErrorInfo, RequestInfo.
    private static JsonObject StatusSchema() => new()
    {
        ["type"] = "object",
        ["description"] = Status.Descriptor.FullName,
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject { ["type"] = "integer" },
            ["message"] = new JsonObject { ["type"] = "string" },
            ["details"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } },
        },
    };
}
