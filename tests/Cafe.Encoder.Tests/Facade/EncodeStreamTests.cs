using Cafe.Testing;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cafe.Encoder.Tests.Facade;

public sealed class EncodeStreamTests
{
    [Fact]
    public async Task EncodeStream_FivePercentPoison_AnswersEveryItemOnce()
    {
        var count = Counts.Of(1000);
        await using var encoder = await TestEncoder.Start("--Encoder:QueueCapacity=4");
        using var call = encoder.Client.EncodeStream();
        var reading = ReadAll(call);

        for (var i = 0; i < count; i++)
        {
            var request = TestPictures.Request(i);
            if (i % 20 == 7)
            {
                request.Image.Data = ByteString.CopyFromUtf8("poison");
            }

            await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = $"item-{i}", Request = request });
        }

        await call.RequestStream.CompleteAsync();
        var answers = await reading;

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"item-{i}").Order(), answers.Select(answer => answer.Id).Order());
        var errors = answers.Where(answer => answer.ResultCase == EncodeStreamResponse.ResultOneofCase.Error).ToList();
        Assert.Equal(Enumerable.Range(0, count).Where(i => i % 20 == 7).Select(i => $"item-{i}").Order(), errors.Select(answer => answer.Id).Order());
        Assert.All(errors, answer => Assert.Equal(("image.data", 3), (answer.Error.Field, answer.Error.Code)));
        Assert.Equal(count - errors.Count, answers.Count(answer => answer.Response is { Embeddings.Count: 1 }));
    }

    [Theory]
    [InlineData("", "1 to 128 characters")]
    [InlineData("same", "was used before")]
    public async Task EncodeStream_BadId_FailsThatItem(string id, string text)
    {
        await using var encoder = await TestEncoder.Start();
        using var call = encoder.Client.EncodeStream();

        await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = "same", Request = TestPictures.Request(1) });
        await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = id, Request = TestPictures.Request(1) });
        await call.RequestStream.CompleteAsync();
        var answers = await ReadAll(call);

        Assert.Equal(2, answers.Count);
        var error = Assert.Single(answers, answer => answer.Error is not null).Error;
        Assert.Equal("id", error.Field);
        Assert.Contains(text, error.Message);
    }

    [Fact]
    public async Task EncodeStream_ItemsBeyondTheWindow_AreNotReadYet()
    {
        await using var encoder = await TestEncoder.Start("--Encoder:StreamWindow=3");
        encoder.Model.Hold();
        using var call = encoder.Client.EncodeStream();
        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = $"{i}", Request = TestPictures.Request(i) });
        }

        await encoder.Until(() => encoder.Scheduler.Waiting + encoder.Scheduler.Running == 3);
        await Task.Delay(100);
        Assert.Equal(3, encoder.Scheduler.Waiting + encoder.Scheduler.Running);
        encoder.Model.Release();
        await call.RequestStream.CompleteAsync();

        Assert.Equal(10, (await ReadAll(call)).Count);
    }

    [Fact]
    public async Task EncodeStream_CallerLeaves_StopsTheWork()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.Hold();
        var call = encoder.Client.EncodeStream();
        for (var i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = $"{i}", Request = TestPictures.Request(i) });
        }

        await encoder.Until(() => encoder.Scheduler.Waiting + encoder.Scheduler.Running == 5);
        call.Dispose();
        await encoder.Until(() => encoder.Scheduler.Waiting == 0);
        encoder.Model.Release();

        await encoder.UntilIdle();
        Assert.Single(encoder.Model.Batches);
    }

    [Fact]
    public async Task EncodeStream_HostDrains_AnswersWhatItTookThenSaysUnavailable()
    {
        await using var encoder = await TestEncoder.Start();
        encoder.Model.Hold();
        using var call = encoder.Client.EncodeStream();
        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(new EncodeStreamRequest { Id = $"{i}", Request = TestPictures.Request(i) });
        }

        await encoder.Until(() => encoder.Scheduler.Waiting + encoder.Scheduler.Running == 3);
        var stop = encoder.Stop();
        encoder.Model.Release();
        var answers = new List<EncodeStreamResponse>();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
            {
                answers.Add(answer);
            }
        });
        await stop;

        Assert.Equal(3, answers.Count);
        Assert.True(error.StatusCode == StatusCode.Unavailable, error.ToString());
    }

    private static async Task<List<EncodeStreamResponse>> ReadAll(AsyncDuplexStreamingCall<EncodeStreamRequest, EncodeStreamResponse> call)
    {
        var answers = new List<EncodeStreamResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            answers.Add(answer);
        }

        return answers;
    }
}
