using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cafe.Gateway.Tests.Fakes;
using Cafe.Testing;
using Cafe.V1;
using Microsoft.Extensions.Logging;

namespace Cafe.Gateway.Tests.Json;

public sealed class JsonApiTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private TestSystem _system = null!;

    public async ValueTask InitializeAsync()
    {
        _system = await TestSystem.StartAsync();
        _http.BaseAddress = _system.Json;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _system.DisposeAsync();
    }

    [Fact]
    public async Task Post_Generate_AnswersEventsAsLines()
    {
        var response = await PostAsync("/v1/generate", Body());

        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("7", (string?)lines[0]["accepted"]!["seed"]);
        Assert.Equal(ScriptedDiffuser.Picture(7), Convert.FromBase64String((string)lines.Single(line => line["image"] is not null)["image"]!["data"]!));
        Assert.Equal(ScriptedAssistant.Reply(3, 8), (string?)lines[^1]["summary"]!["reply"]);
    }

    [Theory]
    [InlineData("/v1/generate")]
    [InlineData("/v1/generate/events")]
    public async Task Post_UnknownField_IsNamed(string path)
    {
        var body = Body();
        body["options"]!["stepps"] = 3;

        var response = await PostAsync(path, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("options.stepps", await response.Content.ReadAsStringAsync());
        Assert.Empty(_system.Encoder.Requests);
    }

    [Theory]
    [InlineData("/v1/generate")]
    [InlineData("/v1/generate/events")]
    public async Task Post_BadField_AnswersAStatusWithItsDetails(string path)
    {
        var body = Body();
        body["options"]!["count"] = 99;

        var response = await PostAsync(path, body);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(3, (int)status["code"]!);
        Assert.Contains("options.count", status.ToJsonString());
        Assert.Contains("BadRequest", status.ToJsonString());
    }

    [Theory]
    [InlineData("""{"options":{"steps":"many"}}""", "options.steps", "must be a whole number from -2147483648 to 2147483647, not 'many'")]
    [InlineData("""{"options":{"steps":2.5}}""", "options.steps", "must be a whole number from -2147483648 to 2147483647, not 2.5")]
    [InlineData("""{"options":{"seed":-1}}""", "options.seed", "must be a whole number from 0 to 18446744073709551615, not -1")]
    [InlineData("""{"options":{"sampler":"SAMPLER_DDPM"}}""", "options.sampler", "must be one of SAMPLER_UNSPECIFIED, SAMPLER_DPMPP_2M, SAMPLER_DDIM, SAMPLER_EULER, not 'SAMPLER_DDPM'")]
    [InlineData("""{"options":[1]}""", "options", "must be a JSON object, not a JSON array")]
    [InlineData("""{"alpha":true}""", "alpha", "must be a number, not true")]
    [InlineData("""{"reply":"yes"}""", "reply", "must be true or false, not 'yes'")]
    [InlineData("""{"text":{"a":1}}""", "text", "must be a string, not a JSON object")]
    [InlineData("""{"subject":{"data":"!!"}}""", "subject.data", "must be a string of base64, not '!!'")]
    [InlineData("""{"conversation":{"turns":[{"text":"a"},{"text":7}]}}""", "conversation.turns[1].text", "must be a string, not 7")]
    [InlineData("""{"conversation":{"turns":{}}}""", "conversation.turns", "must be a JSON array, not a JSON object")]
    [InlineData("""{"tags":{"team":1}}""", "tags.team", "must be a string, not 1")]
    [InlineData("""{"tags":"team"}""", "tags", "must be a JSON object, not 'team'")]
    public async Task Post_ValueOfAWrongKind_IsNamedAndCounted(string body, string field, string description)
    {
        foreach (var path in new[] { "/v1/generate", "/v1/generate/events" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var response = await _http.PostAsync(path, content);
            var details = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["details"]!.AsArray();
            var violation = Assert.Single(details, detail => detail!["fieldViolations"] is not null)!["fieldViolations"]![0]!;

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal((field, description), ((string?)violation["field"], (string?)violation["description"]));
        }

        Assert.Contains("cafe_gateway_rejected_total{reason=\"invalid\"} 2", await _system.MetricsAsync());
    }

    [Fact]
    public async Task Post_NumbersInStrings_AreNumbers()
    {
        var body = Body();
        body["options"] = new JsonObject { ["seed"] = "18446744073709551615", ["steps"] = "4", ["subjectStrength"] = "0.5", ["sampler"] = 2 };

        var response = await PostAsync("/v1/generate/events", body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("18446744073709551615", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    public async Task Post_NoGenerateRequest_IsABadRequest(string body)
    {
        foreach (var path in new[] { "/v1/generate", "/v1/generate/events" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var response = await _http.PostAsync(path, content);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Post_Events_StreamsNamedEvents()
    {
        var response = await PostAsync("/v1/generate/events", Body());

        var text = await response.Content.ReadAsStringAsync();
        var names = text.Split('\n').Where(line => line.StartsWith("event: ")).Select(line => line[7..]).ToList();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("accepted", names[0]);
        Assert.Equal("summary", names[^1]);
        Assert.Contains("image", names);
        var last = JsonNode.Parse(text.Split('\n').Last(line => line.StartsWith("data: "))[6..])!;
        Assert.Equal(ScriptedAssistant.Reply(3, 8), (string?)last["reply"]);
    }

    [Fact]
    public async Task Post_EventsFailInTheMiddle_EndWithAnErrorEvent()
    {
        _system.Diffuser.BeforeStep = (_, step, _) => step == 3
            ? throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Internal, "a secret of the stage"))
            : Task.CompletedTask;

        var text = await (await PostAsync("/v1/generate/events", Body())).Content.ReadAsStringAsync();

        Assert.Contains("event: error", text);
        Assert.DoesNotContain("secret", text);
    }

    [Fact]
    public async Task Post_GenerateFailsInTheMiddle_EndsWithAStatus()
    {
        _system.Diffuser.BeforeStep = (_, step, _) => step == 3
            ? throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Internal, "a secret of the stage"))
            : Task.CompletedTask;

        var response = await PostAsync("/v1/generate", Body());

        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("accepted", Assert.Single(lines[0]).Key);
        Assert.All(lines[..^1], line => Assert.NotNull(GenerateResponse.Descriptor.FindFieldByName(Assert.Single(line).Key)));
        Assert.Equal(["code", "message", "details"], lines[^1].Select(field => field.Key));
        Assert.Equal((13, "The diffuser failed."), ((int)lines[^1]["code"]!, (string)lines[^1]["message"]!));
        Assert.Contains((string)lines[0]["accepted"]!["requestId"]!, lines[^1]["details"]!.ToJsonString());
    }

    [Fact]
    public async Task Get_Pack_IsTranscoded()
    {
        var pack = JsonNode.Parse(await _http.GetStringAsync("/v1/pack"))!;

        Assert.Equal(3, pack["stages"]!.AsArray().Count);
        Assert.Equal(8, (int)pack["sizeMultiple"]!);
    }

    /// <summary>A refusal of the JSON port is a call of the RPC: it is in the metrics, it is logged by its request id, and callers who may not call are told that alone.</summary>
    [Theory]
    [InlineData("/v1/generate")]
    [InlineData("/v1/generate/events")]
    public async Task Post_UnknownField_IsACallLikeAnyOther(string path)
    {
        var log = new LogLines();
        await using var system = await TestSystem.StartAsync(
            ["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=the key", "Logging:LogLevel:Default=Information"],
            builder =>
            {
                builder.Logging.SetMinimumLevel(LogLevel.Information);
                builder.Logging.AddProvider(log);
            });
        using var http = new HttpClient { BaseAddress = system.Json };
        http.DefaultRequestHeaders.Add("x-request-id", "the-request");
        var body = Body();
        body["stepps"] = 3;
        HttpContent Content() => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");

        var stranger = await http.PostAsync(path, Content());
        http.DefaultRequestHeaders.Add("x-api-key", "the key");
        var refused = await http.PostAsync(path, Content());

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest), (stranger.StatusCode, refused.StatusCode));
        Assert.DoesNotContain("stepps", await stranger.Content.ReadAsStringAsync());
        Assert.Contains("stepps", await refused.Content.ReadAsStringAsync());
        Assert.Equal("the-request", refused.Headers.GetValues("x-request-id").Single());
        Assert.Contains(log.Lines, line => line.Contains("the-request", StringComparison.Ordinal) && line.Contains("stepps", StringComparison.Ordinal));
        var metrics = await system.MetricsAsync();
        Assert.Contains("cafe_rpc_duration_seconds_count{code=\"InvalidArgument\",method=\"/cafe.v1.GatewayService/Generate\"} 1", metrics);
        Assert.Contains("cafe_rpc_duration_seconds_count{code=\"Unauthenticated\",method=\"/cafe.v1.GatewayService/Generate\"} 1", metrics);
        Assert.Contains("cafe_gateway_rejected_total{reason=\"invalid\"} 1", metrics);
        Assert.Contains("cafe_gateway_rejected_total{reason=\"unauthenticated\"} 1", metrics);
    }

    [Fact]
    public async Task Get_OpenApi_DescribesEveryFieldOfARequest()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi.json"))!;

        Assert.Equal(["/v1/generate", "/v1/generate/events", "/v1/pack"], document["paths"]!.AsObject().Select(path => path.Key));
        Assert.Equal("#/components/schemas/GenerateRequest", (string?)document["paths"]!["/v1/generate"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]);
        Assert.Equal(
            GenerateRequest.Descriptor.Fields.InDeclarationOrder().Select(field => field.JsonName).Order(),
            document["components"]!["schemas"]!["GenerateRequest"]!["properties"]!.AsObject().Select(field => field.Key).Order());
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            Assert.True(schema!["description"] is not null, name);
            foreach (var (field, property) in schema["properties"]!.AsObject())
            {
                Assert.True(property!["description"] is not null, $"{name}.{field}");
            }
        }
    }

    [Fact]
    public async Task Get_OpenApi_SaysThatGenerateAnswersAStreamOfObjects()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi.json"))!;

        var answer = document["paths"]!["/v1/generate"]!["post"]!["responses"]!["200"]!;
        Assert.Contains("A stream of JSON objects, one a line", (string)answer["description"]!);
        var lines = answer["content"]!["application/json"]!["schema"]!["anyOf"]!.AsArray();
        Assert.Equal("#/components/schemas/GenerateResponse", (string?)lines[0]!["$ref"]);
        Assert.Equal("google.rpc.Status", (string?)lines[1]!["description"]);
    }

    private static JsonObject Body() => new()
    {
        ["subject"] = new JsonObject { ["data"] = Convert.ToBase64String("a picture"u8) },
        ["text"] = "put it on a beach",
        ["options"] = new JsonObject { ["seed"] = "7" },
        ["textOptions"] = new JsonObject { ["seed"] = "3" },
        ["tags"] = new JsonObject { ["any"] = "label" },
    };

    private Task<HttpResponseMessage> PostAsync(string path, JsonNode body) =>
        _http.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
}
