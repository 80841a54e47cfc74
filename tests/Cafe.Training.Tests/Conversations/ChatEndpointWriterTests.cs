using System.Net;
using System.Text;
using System.Text.Json;
using Cafe.Training.Conversations;
using Cafe.Training.Data.Scenes;

namespace Cafe.Training.Tests.Conversations;

public sealed class ChatEndpointWriterTests
{
    private static readonly PictureFacts Facts = new("teapot", SceneCatalog.All[SceneCatalog.IndexOf("beach")], null, null);

    [Fact]
    public async Task WriteAsync_GoodAnswer_BecomesAConversation()
    {
        using var server = new StubChatServer((200, Answer("""```json {"user": "Put my teapot on the beach.", "reply": "Sure! I drew your teapot on the beach. The sea adds calm."} ```""")));
        var conversation = await WriteAsync(server);
        Assert.NotNull(conversation);
        Assert.True(conversation.NamesSubject);
        Assert.Equal("Put my teapot on the beach.", Assert.Single(conversation.Turns).Text);

        var request = Assert.Single(server.Requests);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("Bearer key", request.Authorization);
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal("tiny", body.RootElement.GetProperty("model").GetString());
        Assert.Equal("system", body.RootElement.GetProperty("messages")[0].GetProperty("role").GetString());
        Assert.Contains("teapot on the beach", body.RootElement.GetProperty("messages")[1].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.True(body.RootElement.GetProperty("max_tokens").GetInt32() > 0);
    }

    [Theory]
    [InlineData("I cannot help with that.")]
    [InlineData("{\"user\": \"\", \"reply\": \"Sure! I drew your teapot on the beach. Nice.\"}")]
    [InlineData("{\"user\": \"Put my teapot on the beach.\", \"reply\": \"\"}")]
    [InlineData("{\"user\": \"Put my teapot on the beach.\", \"reply\": \"I drew your teapot in the forest.\"}")]
    [InlineData("{\"user\": \"Put")]
    public async Task WriteAsync_EmptyOrOffTopic_IsDropped(string content)
    {
        using var server = new StubChatServer((200, Answer(content)));
        Assert.Null(await WriteAsync(server));
    }

    [Fact]
    public async Task WriteAsync_BusyServer_IsAskedAgain()
    {
        using var server = new StubChatServer((503, "{}"), (429, "{}"), (200, Answer("""{"user": "teapot at the beach", "reply": "Sure! I drew your teapot on the beach. Nice."}""")));
        Assert.NotNull(await WriteAsync(server));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task WriteAsync_Refused_FailsAtOnce()
    {
        using var server = new StubChatServer((401, "{}"));
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => WriteAsync(server));
        Assert.Contains("401", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task WriteAsync_BusyForever_GivesUpAfterTheAttempts()
    {
        using var server = new StubChatServer(Enumerable.Repeat((500, "{}"), 9).ToArray());
        await Assert.ThrowsAsync<HttpRequestException>(() => WriteAsync(server));
        Assert.Equal(4, server.Requests.Count);
    }

    private static async Task<Conversation?> WriteAsync(StubChatServer server)
    {
        using var http = new HttpClient();
        var options = new ChatEndpointOptions { BaseAddress = server.Address, Model = "tiny", ApiKey = "key", FirstDelay = TimeSpan.FromMilliseconds(1) };
        return await new ChatEndpointWriter(http, options, TimeProvider.System).WriteAsync(Facts, 1, 2, TestContext.Current.CancellationToken);
    }

    private static string Answer(string content) => JsonSerializer.Serialize(new { choices = new[] { new { message = new { role = "assistant", content } } } });

    /// <summary>Answers one request after another from a script.</summary>
    private sealed class StubChatServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public StubChatServer(params (int Status, string Body)[] script)
        {
            var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/v1/");
            probe.Stop();
            _listener.Prefixes.Add(Address.GetLeftPart(UriPartial.Authority) + "/");
            _listener.Start();
            _ = Task.Run(async () =>
            {
                foreach (var (status, body) in script)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    Requests.Add((context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], await reader.ReadToEndAsync()));
                    context.Response.StatusCode = status;
                    context.Response.ContentType = "application/json";
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                    context.Response.Close();
                }
            });
        }

        public Uri Address { get; }

        public List<(string Path, string? Authorization, string Body)> Requests { get; } = [];

        public void Dispose() => _listener.Close();
    }
}
