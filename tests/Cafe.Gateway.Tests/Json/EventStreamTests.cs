using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cafe.Gateway.Tests.Fakes;

namespace Cafe.Gateway.Tests.Json;

/// <summary>The event stream is a call like any other: gated, drained, counted.</summary>
public sealed class EventStreamTests
{
    private const string Path = "/v1/generate/events";
    private const string Method = "/cafe.v1.GatewayService/Generate";

    [Fact]
    public async Task Post_GatewayDrains_FinishesTheStreamAndRefusesNewOnes()
    {
        await using var system = await TestSystem.StartAsync(["Drain:TimeoutSeconds=60"]);
        using var http = new HttpClient { BaseAddress = system.Json };
        var gate = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, _, _) => gate.Task;
        var running = PostAsync(http, Body());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));

        var stop = system.Gateway.StopAsync();
        HttpResponseMessage refused;
        do
        {
            // Until the door is shut a call gets in; this one is then told that it has no text.
            refused = await PostAsync(http, []);
        }
        while (refused.StatusCode == HttpStatusCode.BadRequest);
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        var events = await (await running).Content.ReadAsStringAsync();
        await stop;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("retry-after").Single());
        var status = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        Assert.Equal((14, "Shutting down."), ((int)status["code"]!, (string)status["message"]!));
        Assert.Contains("event: summary", events);
    }

    [Fact]
    public async Task Post_StreamOutlastsTheDrain_IsCutOff()
    {
        await using var system = await TestSystem.StartAsync(["Drain:TimeoutSeconds=0.2"]);
        using var http = new HttpClient { BaseAddress = system.Json };
        var stopped = new TaskCompletionSource();
        system.Diffuser.BeforeStep = async (_, _, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped.TrySetResult();
        };
        var running = ReadAsync(http);
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Diffuser.Requests.Count == 1));

        await system.Gateway.StopAsync();

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAnyAsync<Exception>(() => running);
    }

    [Fact]
    public async Task Post_Streams_AreInTheCallMetrics()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=the key"]);
        using var http = new HttpClient { BaseAddress = system.Json };
        var gate = new TaskCompletionSource();
        system.Diffuser.BeforeStep = (_, _, _) => gate.Task;

        await PostAsync(http, Body());
        http.DefaultRequestHeaders.Add("x-api-key", "the key");
        var running = ReadAsync(http);
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains($"cafe_rpc_running{{method=\"{Method}\"}} 1"));
        gate.SetResult();
        await running;

        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains($"cafe_rpc_running{{method=\"{Method}\"}} 0"));
        var metrics = await system.MetricsAsync();
        Assert.Contains($"cafe_rpc_duration_seconds_count{{code=\"OK\",method=\"{Method}\"}} 1", metrics);
        Assert.Contains($"cafe_rpc_duration_seconds_count{{code=\"Unauthenticated\",method=\"{Method}\"}} 1", metrics);
        Assert.Contains("cafe_gateway_rejected_total{reason=\"unauthenticated\"} 1", metrics);
    }

    private static async Task<string> ReadAsync(HttpClient http) => await (await PostAsync(http, Body())).Content.ReadAsStringAsync();

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, JsonObject body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static JsonObject Body() => new()
    {
        ["subject"] = new JsonObject { ["data"] = Convert.ToBase64String("a picture"u8) },
        ["text"] = "put it on a beach",
    };
}
