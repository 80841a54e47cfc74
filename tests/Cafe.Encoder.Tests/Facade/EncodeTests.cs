using Cafe.Inference.Encoding;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults.Errors;
using Cafe.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Cafe.Encoder.Tests.Facade;

public sealed class EncodeTests
{
    [Fact]
    public async Task Encode_BothKindsWithoutACache_GivesValuesInTheOrderAsked()
    {
        await using var encoder = await TestEncoder.Start();
        var manifest = PackFolder.Open(TestPack.Folder).Manifest;

        var response = await encoder.Client.EncodeAsync(TestPictures.Request(1, EmbeddingKind.Image, EmbeddingKind.Subject));

        Assert.Equal([EmbeddingKind.Image, EmbeddingKind.Subject], response.Embeddings.Select(embedding => embedding.Kind));
        Assert.Equal([manifest.Encoder.Image.Width], response.Embeddings[0].Tensor.Shape);
        Assert.Equal([manifest.Encoder.Subject.Tokens, manifest.Encoder.Subject.Width], response.Embeddings[1].Tensor.Shape);
        Assert.All(response.Embeddings, embedding =>
        {
            Assert.Equal(CacheOutcome.Unavailable, embedding.Cache);
            Assert.Equal(manifest.Parts.Encoder.Fingerprint, embedding.Reference.EncoderFingerprint);
            Assert.Equal(32, embedding.Reference.Digest.Length);
            Assert.InRange(embedding.CostSeconds, double.Epsilon, 60);
            Assert.Equal(DataType.Float16, embedding.Tensor.DataType);
            Assert.Contains(embedding.Tensor.Data, value => value != 0);
        });
        Assert.Equal(manifest.Parts.Encoder.Fingerprint, response.Provenance.PartFingerprint);
        Assert.Equal("cpu", response.Provenance.Provider);
        Assert.True(response.EncodeSeconds > 0);
    }

    [Fact]
    public async Task Encode_AloneAndInABatch_GivesTheSameBits()
    {
        await using var encoder = await TestEncoder.Start();
        var alone = await encoder.Client.EncodeAsync(TestPictures.Request(0));

        encoder.Model.Hold();
        var first = encoder.Client.EncodeAsync(TestPictures.Request(100)).ResponseAsync;
        await encoder.Until(() => encoder.Model.Batches.Count == 2);
        var together = Enumerable.Range(0, 5).Select(seed => encoder.Client.EncodeAsync(TestPictures.Request(seed)).ResponseAsync).ToArray();
        await encoder.Until(() => encoder.Scheduler.Waiting == 5);
        encoder.Model.Release();
        var responses = await Task.WhenAll(together);
        await first;

        // What queued while the model was busy went together; nothing waited for company before.
        Assert.Equal([1, 1, 5], encoder.Model.Batches);
        Assert.Equal(alone.Embeddings[0].Tensor, responses[0].Embeddings[0].Tensor);
        Assert.NotEqual(alone.Embeddings[0].Tensor, responses[1].Embeddings[0].Tensor);
    }

    [Fact]
    public async Task Encode_PlainGround_SaysThatTheSubjectWasCentredWhereThePackAsksForIt()
    {
        await using var encoder = await TestEncoder.Start();
        var pixels = Enumerable.Repeat((byte)255, 64 * 64 * 3).ToArray();
        for (var y = 40; y < 56; y++)
        {
            pixels.AsSpan(((y * 64) + 8) * 3, 16 * 3).Fill(30);
        }

        var request = TestPictures.Request(0);
        request.Image.Data = ByteString.CopyFrom(Cafe.Imaging.Encoding.PngEncoder.Encode(new Cafe.Imaging.Picture(64, 64, pixels)));
        var response = await encoder.Client.EncodeAsync(request);

        Assert.Equal(encoder.Model.Section.Subject.Preprocess.CentreSubject, response.Embeddings[0].SubjectCentred);
    }

    [Fact]
    public async Task Encode_ManyBadFields_NamesThemAll()
    {
        await using var encoder = await TestEncoder.Start();

        var error = await Refusal(encoder, new EncodeRequest { Kinds = { EmbeddingKind.Text }, Priority = (Priority)9, Tenant = new string('x', 257) });

        Assert.Equal(
            ["image.data", "kinds", "tenant", "priority"],
            error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    public static TheoryData<string, byte[], string> BadPictures => new()
    {
        { "text", "not a picture"u8.ToArray(), "JPEG, PNG and WebP" },
        { "truncated", TestPictures.Png(1)[..600], "" },
        { "narrow", TestPictures.Png(1, width: 400, height: 2), "400 by 2; the longer side may be at most 32 times" },
        { "claims 60000 by 60000", Huge(), "60000" },
    };

    [Theory]
    [MemberData(nameof(BadPictures))]
    public async Task Encode_BadPicture_SaysWhatIsWrongAndServesTheNext(string name, byte[] bytes, string text)
    {
        await using var encoder = await TestEncoder.Start();
        var request = TestPictures.Request(1);
        request.Image.Data = ByteString.CopyFrom(bytes);

        var error = await Refusal(encoder, request);

        Assert.NotEmpty(name);
        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("image.data", error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
        Assert.Contains(text, error.Status.Detail);
        await encoder.Client.EncodeAsync(TestPictures.Request(2));
    }

    [Fact]
    public async Task Encode_FileOverTheLimit_NamesLimitAndValue()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:MaxImageBytes=4096");

        var error = await Refusal(encoder, TestPictures.Request(1));

        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("4096", error.Status.Detail.Replace(",", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Encode_NaNFromTheModel_FailsThatRequestAlone()
    {
        await using var encoder = await TestEncoder.Start();
        var calls = 0;
        encoder.Model.OnResult = (_, rows) =>
        {
            if (Interlocked.Increment(ref calls) == 2)
            {
                rows[0][3] = float.NaN;
            }

            return rows;
        };
        encoder.Model.Hold();
        var first = encoder.Client.EncodeAsync(TestPictures.Request(1)).ResponseAsync;
        await encoder.Until(() => encoder.Model.Batches.Count == 1);
        var pair = new[] { 2, 3 }.Select(seed => encoder.Client.EncodeAsync(TestPictures.Request(seed)).ResponseAsync).ToArray();
        await encoder.Until(() => encoder.Scheduler.Waiting == 2);
        encoder.Model.Release();

        await first;
        await Task.WhenAll(pair).ContinueWith(_ => { });
        var failed = Assert.Single(pair, task => task.IsFaulted);
        var error = Assert.IsType<RpcException>(failed.Exception!.InnerException);
        Assert.Equal(ErrorReasons.ModelFailure, error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Encode_BatchFails_IsRunOneByOne()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.OnResult = (rows, result) => rows.Count > 1 ? throw new OutOfMemoryException("out of device memory") : result;
        encoder.Model.Hold();
        var calls = new List<Task<EncodeResponse>> { encoder.Client.EncodeAsync(TestPictures.Request(1)).ResponseAsync };
        await encoder.Until(() => encoder.Model.Batches.Count == 1);
        calls.AddRange(new[] { 2, 3, 4 }.Select(seed => encoder.Client.EncodeAsync(TestPictures.Request(seed)).ResponseAsync));
        await encoder.Until(() => encoder.Scheduler.Waiting == 3);
        encoder.Model.Release();

        await Task.WhenAll(calls);

        Assert.Equal([1, 3, 1, 1, 1], encoder.Model.Batches);
    }

    [Fact]
    public async Task Encode_ModelFailsAgainAndAgain_IsBrokenAndAsksForARestart()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.OnResult = (_, _) => throw new InvalidOperationException("device lost");

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Grpc.Core.StatusCode.Internal, (await Refusal(encoder, TestPictures.Request(i))).StatusCode);
        }

        Assert.Equal(
            new Cafe.ServiceDefaults.Health.ReadinessStatus(Cafe.ServiceDefaults.Health.ReadinessState.Broken, "the model failed 5 calls in a row: device lost", RestartHelps: true),
            encoder.Readiness.Status);
        Assert.Equal(Grpc.Core.StatusCode.Unavailable, (await Refusal(encoder, TestPictures.Request(9))).StatusCode);
    }

    [Fact]
    public async Task EncodeText_Texts_GivesTheModelsRows()
    {
        await using var encoder = await TestEncoder.Start();
        string[] texts = ["a photo of a cat", "<|endoftext|> dog"];

        var response = await encoder.Client.EncodeTextAsync(new EncodeTextRequest { Texts = { texts } });
        var expected = ((IEncoderModel)encoder.Model).EncodeTexts([.. texts.Select(encoder.Model.Tokenize)]);

        Assert.Equal([2, encoder.Model.Section.Text!.Width], response.Embeddings.Shape);
        Assert.Equal(expected.SelectMany(row => row), Cafe.Embeddings.Values.TensorMessages.ToFloats(response.Embeddings, "embeddings", 2, encoder.Model.Section.Text!.Width));
    }

    [Theory]
    [InlineData(0, 1, "texts")]
    [InlineData(65, 1, "texts")]
    [InlineData(2, 8193, "texts[0]")]
    public async Task EncodeText_OutOfBounds_NamesTheField(int count, int length, string field)
    {
        await using var encoder = await TestEncoder.Start();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await encoder.Client.EncodeTextAsync(new EncodeTextRequest { Texts = { Enumerable.Repeat(new string('a', length), count) } }));

        Assert.Equal(field, error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task EncodeText_ManyBadFields_NamesThemAll()
    {
        await using var encoder = await TestEncoder.Start();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await encoder.Client.EncodeTextAsync(
            new EncodeTextRequest { Texts = { "a cat", new string('a', 8193) }, Priority = (Priority)9, Tenant = new string('x', 257) }));

        Assert.Equal(
            ["texts[1]", "tenant", "priority"], error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task GetEncoderInfo_TinyPack_TellsItsShapes()
    {
        await using var encoder = await TestEncoder.Start();

        var info = await encoder.Client.GetEncoderInfoAsync(new GetEncoderInfoRequest());

        Assert.Equal([encoder.Model.Section.Subject.Tokens, encoder.Model.Section.Subject.Width], info.SubjectShape);
        Assert.Equal(encoder.Model.Section.Image.Width, info.ImageWidth);
        Assert.True(info.HasText);
    }

    [Fact]
    public async Task Metrics_AfterCalls_HaveTheStagesNames()
    {
        await using var encoder = await TestEncoder.Start();
        await encoder.Client.EncodeAsync(TestPictures.Request(1));

        var text = await encoder.Scrape();

        foreach (var name in new[] { "cafe_queue_depth 0", "cafe_predicted_wait_seconds", "cafe_rows_in_flight", "cafe_batch_rows_count{tower=\"subject\"} 1", "cafe_step_seconds_count", "cafe_queue_wait_seconds_count", "cafe_embeddings_total{cache=\"unavailable\",kind=\"subject\"} 1", "cafe_rejected_total", "cafe_cancelled_total 0", "cafe_cache_circuit_open 0" })
        {
            Assert.Contains(name, text);
        }
    }

    private static async Task<RpcException> Refusal(TestEncoder encoder, EncodeRequest request) =>
        await Assert.ThrowsAsync<RpcException>(async () => await encoder.Client.EncodeAsync(request));

    private static byte[] Huge()
    {
        var png = TestPictures.Png(1);
        // Width and height of IHDR, and its checksum.
        new byte[] { 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60 }.CopyTo(png, 16);
        var crc = Crc(png.AsSpan(12, 17));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), crc);
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
