using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cafe.Gateway.Tests.Fakes;

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
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"text\":{\"a\":1}}")]
    [InlineData("{\"subject\":{\"data\":\"!!\"}}")]
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
    public async Task Get_Pack_IsTranscoded()
    {
        var pack = JsonNode.Parse(await _http.GetStringAsync("/v1/pack"))!;

        Assert.Equal(3, pack["stages"]!.AsArray().Count);
        Assert.Equal(8, (int)pack["sizeMultiple"]!);
    }

    [Fact]
    public async Task Get_OpenApi_DescribesEveryFieldOfARequest()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi.json"))!;

        Assert.Equal(["/v1/generate", "/v1/generate/events", "/v1/pack"], document["paths"]!.AsObject().Select(path => path.Key));
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            Assert.True(schema!["description"] is not null, name);
            foreach (var (field, property) in schema["properties"]!.AsObject())
            {
                Assert.True(property!["description"] is not null, $"{name}.{field}");
            }
        }
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
