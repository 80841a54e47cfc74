using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cafe.Gateway.Tests.Access;

public sealed class AccessTests
{
    private const string SigningKey = "a signing key of more than 32 characters";

    [Theory]
    [InlineData("x-api-key", "the key")]
    [InlineData("authorization", "Bearer the key")]
    public async Task Generate_ValidKey_IsServed(string header, string value)
    {
        await using var system = await TestSystem.StartAsync(["Gateway:ApiKeys:Keys:0:Id=ann", $"Gateway:ApiKeys:Keys:0:KeySha256={Sha256("the key")}"]);

        await system.GenerateAsync(TestSystem.Request(), With(header, value));

        Assert.Equal("ann", system.Assistant.Requests.Single().Tenant);
        Assert.All(system.Encoder.Requests, request => Assert.Equal("ann", request.Tenant));
    }

    [Theory]
    [InlineData("x-api-key", "another key")]
    [InlineData("authorization", "Bearer a.b.c")]
    [InlineData("x-other", "the key")]
    public async Task Generate_NoValidKey_IsUnauthenticated(string header, string value)
    {
        await using var system = await TestSystem.StartAsync(["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=the key"]);

        Assert.Equal(StatusCode.Unauthenticated, (await system.FailAsync(TestSystem.Request(), With(header, value))).StatusCode);
        using var http = new HttpClient { BaseAddress = system.Json };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/pack")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync("/v1/generate/events", new StringContent("{}"))).StatusCode);
    }

    [Fact]
    public async Task Generate_KeysFromAFolder_AreNamedByTheirFiles()
    {
        var folder = Directory.CreateTempSubdirectory("cafe-keys");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "team-a"), "the key\n");
        await using var system = await TestSystem.StartAsync([$"Gateway:ApiKeys:Path={folder.FullName}"]);

        await system.GenerateAsync(TestSystem.Request(), With("x-api-key", "the key"));

        Assert.Equal("team-a", system.Diffuser.Requests.Single().Tenant);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Generate_KeysFromAFolder_HaveTheLimitsOfTheirNames()
    {
        var folder = Directory.CreateTempSubdirectory("cafe-keys");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "team-a"), "key of a");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "team-b"), "key of b");
        await using var system = await TestSystem.StartAsync(
            [$"Gateway:ApiKeys:Path={folder.FullName}", "Gateway:ApiKeys:Limits:team-a:RequestsPerMinute=1", "Gateway:CallerLimits:RequestsPerMinute=3"]);

        await system.GenerateAsync(TestSystem.Request(), With("x-api-key", "key of a"));
        await system.GenerateAsync(TestSystem.Request(), With("x-api-key", "key of b"));
        await system.GenerateAsync(TestSystem.Request(), With("x-api-key", "key of b"));
        var failure = await system.FailAsync(TestSystem.Request(), With("x-api-key", "key of a"));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Contains("team-a may ask for 1 ", failure.Status.Detail);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Generate_Token_NamesTheCallerByItsClaim()
    {
        await using var system = await TestSystem.StartAsync(
            [$"Gateway:Jwt:SigningKey={SigningKey}", "Gateway:Jwt:Issuer=here", "Gateway:Jwt:Audience=cafe"]);

        await system.GenerateAsync(TestSystem.Request(), With("authorization", "Bearer " + Token(SigningKey, "cafe")));

        Assert.Equal("carl", system.Diffuser.Requests.Single().Tenant);
        Assert.Equal(StatusCode.Unauthenticated, (await system.FailAsync(TestSystem.Request(), With("authorization", "Bearer " + Token(SigningKey, "other")))).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await system.FailAsync(TestSystem.Request(), With("authorization", "Bearer " + Token(SigningKey + "x", "cafe")))).StatusCode);
    }

    [Fact]
    public async Task Generate_TokenWithALongClaim_IsRefusedByTheGatewayThatNamesIt()
    {
        await using var system = await TestSystem.StartAsync(
            [$"Gateway:Jwt:SigningKey={SigningKey}", "Gateway:Jwt:Issuer=here", "Gateway:Jwt:Audience=cafe"]);

        await system.GenerateAsync(TestSystem.Request(), With("authorization", "Bearer " + Token(SigningKey, "cafe", new string('c', 256))));
        var failure = await system.FailAsync(TestSystem.Request(), With("authorization", "Bearer " + Token(SigningKey, "cafe", new string('c', 257))));

        Assert.Equal((StatusCode.Unauthenticated, "The token's sub has 257 characters; the most is 256."), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task Generate_RateLimitReached_SaysWhenToComeAgain()
    {
        await using var system = await TestSystem.StartAsync(
            ["Gateway:ApiKeys:Keys:0:Id=ann", "Gateway:ApiKeys:Keys:0:Key=the key", "Gateway:ApiKeys:Keys:0:Limits:RequestsPerMinute=2"]);
        await system.GenerateAsync(TestSystem.Request(), With("x-api-key", "the key"));
        await system.GenerateAsync(TestSystem.Request(), With("x-api-key", "the key"));

        var failure = await system.FailAsync(TestSystem.Request(), With("x-api-key", "the key"));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.InRange(failure.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().TotalSeconds, 1, 30);
    }

    [Fact]
    public async Task Generate_BatchCallsFillTheirPart_InteractiveOnesAreStillServed()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:MaxActive=4", "Gateway:InteractiveShare=0.5"]);
        var held = new TaskCompletionSource();
        system.Encoder.Before = (_, _) => held.Task;
        var batch = TestSystem.Request();
        batch.Priority = Priority.Batch;
        var running = Enumerable.Range(0, 2).Select(_ => system.GenerateAsync(batch)).ToList();
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Encoder.Requests.Count == 2));

        var failure = await system.FailAsync(batch);
        running.Add(system.GenerateAsync(TestSystem.Request()));
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Encoder.Requests.Count == 3));
        held.SetResult();

        Assert.Equal((StatusCode.ResourceExhausted, "The gateway holds 2 generations, its limit for batch calls."), (failure.StatusCode, failure.Status.Detail));
        Assert.All(await Task.WhenAll(running), events => Assert.Single(events.Images()));
    }

    [Fact]
    public async Task Generate_GatewayFull_RefusesAtOnceAndRecovers()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:MaxActive=1"]);
        var gate = new TaskCompletionSource();
        system.Encoder.Before = (_, _) => gate.Task;
        var first = system.GenerateAsync(TestSystem.Request());
        await TestSystem.WaitForAsync(() => Task.FromResult(system.Encoder.Requests.Count == 1));

        var failure = await system.FailAsync(TestSystem.Request());
        gate.SetResult();
        await first;

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_in_flight 0"));
        await system.GenerateAsync(TestSystem.Request());
    }

    [Theory]
    [InlineData("Gateway:Stages:Encoder:Address=nonsense")]
    [InlineData("Gateway:MaxActive=0")]
    [InlineData("Gateway:Jwt:SigningKey=short")]
    [InlineData("Gateway:ApiKeys:Path=/no/such/folder")]
    [InlineData("Gateway:ApiKeys:Limits:team-a:MaxConcurrent=-1")]
    [InlineData("Gateway:Moderation:CallbackUrl=ftp://x")]
    [InlineData("Gateway:Moderation:ClassifierMean:0=1")]
    public async Task Build_BadOption_DoesNotStart(string setting)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => TestSystem.StartAsync([setting]));

        Assert.Contains("Gateway", failure.ToString());
    }

    private static CallOptions With(string header, string value) => new(new Metadata { { header, value } });

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Token(string key, string audience, string subject = "carl") => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "here",
        Audience = audience,
        Subject = new ClaimsIdentity([new Claim("sub", subject)]),
        Expires = DateTime.UtcNow.AddMinutes(5),
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256),
    });
}
