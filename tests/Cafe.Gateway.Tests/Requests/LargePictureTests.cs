using System.Net;
using System.Text;
using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Requests;

/// <summary>The contract's two pictures pass the transport at their limits; one beyond them is named, whichever way it comes.</summary>
public sealed class LargePictureTests : IAsyncLifetime
{
    private const int Limit = 20 << 20;
    private TestSystem _system = null!;

    public async ValueTask InitializeAsync() => _system = await TestSystem.StartAsync();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task Generate_TwoPicturesAtTheirLimits_AreEncoded()
    {
        var events = await _system.GenerateAsync(Request(Limit, Limit));

        Assert.Single(events.Images());
        Assert.Equal([Limit, Limit], _system.Encoder.Requests.Select(encode => encode.Image.Data.Length));
    }

    [Theory]
    [InlineData(Limit + 1, Limit, "subject.data")]
    [InlineData(Limit, Limit + 1, "semantic_image.data")]
    [InlineData(Limit, Limit + (20 << 20), "semantic_image.data")]
    public async Task Generate_OneBeyondItsLimit_IsRefusedByName(int subject, int semantic, string field)
    {
        var failure = await _system.FailAsync(Request(subject, semantic));

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal(field, Assert.Single(failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations).Field);
        Assert.Empty(_system.Encoder.Requests);
    }

    [Theory]
    [InlineData("/v1/generate")]
    [InlineData("/v1/generate/events")]
    public async Task Post_TwoPicturesAtTheirLimitsAndOneBeyond_AreEncodedAndNamed(string path)
    {
        using var http = new HttpClient { BaseAddress = _system.Json };

        var served = await http.PostAsync(path, Content(Request(Limit, Limit)));
        var refused = await http.PostAsync(path, Content(Request(Limit, Limit + 1)));

        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Contains("summary", await served.Content.ReadAsStringAsync());
        Assert.Equal([Limit, Limit], _system.Encoder.Requests.Select(encode => encode.Image.Data.Length));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("semantic_image.data", await refused.Content.ReadAsStringAsync());
    }

    private static GenerateRequest Request(int subject, int semantic)
    {
        var request = TestSystem.Request();
        request.Subject.Data = UnsafeByteOperations.UnsafeWrap(new byte[subject]);
        request.SemanticImage = new Image { Data = UnsafeByteOperations.UnsafeWrap(new byte[semantic]) };
        return request;
    }

    private static StringContent Content(GenerateRequest request) => new(JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json");
}
