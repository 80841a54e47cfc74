using Cafe.Embeddings.Values;
using Cafe.V1;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Diffuser.Tests.Serving;

/// <summary>What an embedding sent by value says about the part that made it.</summary>
public sealed class MakerTests(TinyPack pack) : IClassFixture<TinyPack>, IAsyncLifetime
{
    private DiffuserServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await DiffuserServer.Start(pack.Path);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Generate_PredictionOfThisPacksAssistant_IsDrawn()
    {
        await Run(semantic: pack.Manifest.Parts.Assistant.Fingerprint);
        await Run(semantic: pack.Manifest.Parts.Encoder.Fingerprint);
        await Run(semantic: "");
    }

    [Fact]
    public async Task Generate_PredictionOfAnotherAssistant_IsAFailedPreconditionThatNamesIt()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => Run(semantic: new string('a', 64)));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal("semantic.tensor", failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
        Assert.Equal("STALE_REFERENCE", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Generate_MixedInEmbeddingOfTheAssistant_IsAFailedPrecondition()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => Run(semantic: "", reference: pack.Manifest.Parts.Assistant.Fingerprint));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
    }

    private async Task Run(string semantic, string? reference = null)
    {
        var request = new DiffuserServiceGenerateRequest { Options = new DiffusionOptions { Steps = 1, Seed = 1 }, Semantic = Values(semantic) };
        if (reference is not null)
        {
            request.ReferenceSemantic = Values(reference);
        }

        using var call = _server.Client.Generate(request, cancellationToken: TestContext.Current.CancellationToken);
        await foreach (var _ in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    private Embedding Values(string fingerprint)
    {
        var shape = pack.Manifest.Diffuser.Conditioning.Semantic;
        var values = new float[shape.Tokens * shape.Width];
        Array.Fill(values, 0.1f);
        return new Embedding { Tensor = TensorMessages.Float32([shape.Tokens, shape.Width], values), PartFingerprint = fingerprint };
    }
}
