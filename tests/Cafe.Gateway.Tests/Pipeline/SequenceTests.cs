using Cafe.Gateway.Tests.Fakes;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;
using Kind = Cafe.V1.GenerateResponse.EventOneofCase;

namespace Cafe.Gateway.Tests.Pipeline;

public sealed class SequenceTests
{
    [Fact]
    public async Task Generate_PlainRequest_StreamsReplyProgressPictureAndSummary()
    {
        await using var system = await TestSystem.StartAsync();
        var request = TestSystem.Request();
        request.Tags["job"] = "42";

        var events = await system.GenerateAsync(request);

        Assert.Equal(Kind.Accepted, events[0].EventCase);
        Assert.Equal((7UL, 3UL), (events[0].Accepted.Seed, events[0].Accepted.TextSeed));
        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Equal(ScriptedDiffuser.Picture(7), Assert.Single(events.Images()).Data.ToByteArray());
        Assert.True(events.Has(Kind.Queued));
        Assert.Equal(events.Steps().Order(), events.Steps());
        var summary = events.Summary();
        Assert.Equal(ScriptedAssistant.Reply(3, 8), summary.Reply);
        Assert.Equal([Stage.Encoder, Stage.Assistant, Stage.Diffuser], summary.Timings.Select(timing => timing.Stage));
        Assert.All(summary.Timings, timing => Assert.Equal("cpu", timing.Provenance.Provider));
        Assert.Equal((0, 1, 0), (summary.CacheHits, summary.CacheMisses, summary.Retries));
        Assert.Equal("42", summary.Tags["job"]);
        Assert.Equal(TextFinishReason.End, summary.TextFinishReason);
    }

    [Fact]
    public async Task Generate_PlainRequest_SendsReferencesAndSeedsToTheStages()
    {
        await using var system = await TestSystem.StartAsync();

        await system.GenerateAsync(TestSystem.Request());

        var respond = Assert.Single(system.Assistant.Requests);
        var draw = Assert.Single(system.Diffuser.Requests);
        Assert.Equal("encoder-1", respond.Subject.Reference.EncoderFingerprint);
        Assert.Equal(respond.Subject, draw.Subject);
        Assert.Equal(0.7, draw.Subject.CostSeconds);
        Assert.Equal(Embedding.SourceOneofCase.Tensor, draw.Semantic.SourceCase);
        Assert.Null(draw.ReferenceSemantic);
        Assert.Equal(7UL, draw.Options.Seed);
        Assert.Equal("anonymous", draw.Tenant);
    }

    [Fact]
    public async Task Generate_SeedsLeftOpen_DrawsThemAndSaysWhich()
    {
        await using var system = await TestSystem.StartAsync();
        var request = TestSystem.Request();
        request.Options = null;
        request.TextOptions = null;

        var events = await system.GenerateAsync(request);

        Assert.Equal(system.Diffuser.Requests.Single().Options.Seed, events[0].Accepted.Seed);
        Assert.Equal(system.Assistant.Requests.Single().Options.Seed, events[0].Accepted.TextSeed);
        Assert.Equal(events[0].Accepted.Seed, events.Images().Single().Seed);
    }

    [Fact]
    public async Task Generate_SemanticImage_EncodesBothAndMixes()
    {
        await using var system = await TestSystem.StartAsync();
        var request = TestSystem.Request();
        request.SemanticImage = new Image { Data = ByteString.CopyFromUtf8("another picture") };

        await system.GenerateAsync(request);

        Assert.Equal([EmbeddingKind.Subject, EmbeddingKind.Image], system.Encoder.Requests.Select(encode => encode.Kinds.Single()).Order());
        var draw = system.Diffuser.Requests.Single();
        Assert.Equal(0.5, draw.Alpha);
        Assert.Equal(EmbeddingKind.Image, draw.ReferenceSemantic.Reference.Kind);
    }

    [Theory]
    [InlineData(Conditions.Unspecified, true, true)]
    [InlineData(Conditions.Both, true, true)]
    [InlineData(Conditions.Semantic, true, false)]
    [InlineData(Conditions.Subject, false, true)]
    public async Task Generate_OneConditionLeftOut_DiffuserIsNotSentIt(Conditions conditions, bool semantic, bool subject)
    {
        await using var system = await TestSystem.StartAsync();
        var request = TestSystem.Request();
        request.Conditions = conditions;

        var events = await system.GenerateAsync(request);

        var draw = system.Diffuser.Requests.Single();
        Assert.Equal((semantic, subject), (draw.Semantic is not null, draw.Subject is not null));
        Assert.NotEmpty(events.Text());
    }

    [Fact]
    public async Task Generate_SubjectAloneWithoutReply_AsksNoAssistant()
    {
        await using var system = await TestSystem.StartAsync();
        var request = TestSystem.Request();
        request.Conditions = Conditions.Subject;
        request.Reply = false;

        await system.GenerateAsync(request);

        Assert.Empty(system.Assistant.Requests);
    }

    [Fact]
    public async Task Generate_AlphaZero_AsksNoAssistant()
    {
        await using var system = await TestSystem.StartAsync();
        var request = TestSystem.Request();
        request.SemanticImage = new Image { Data = ByteString.CopyFromUtf8("another picture") };
        request.Alpha = 0;
        request.ClearInput();

        var events = await system.GenerateAsync(request);

        Assert.Empty(system.Assistant.Requests);
        Assert.Null(system.Diffuser.Requests.Single().Semantic);
        Assert.Single(events.Images());
        Assert.Equal([Stage.Encoder, Stage.Diffuser], events.Summary().Timings.Select(timing => timing.Stage));
        Assert.Equal(0.02, events.Summary().Timings[0].WorkSeconds, 6);
    }

    [Fact]
    public async Task Generate_AlphaZeroWithReply_PictureDoesNotWaitForTheReply()
    {
        await using var system = await TestSystem.StartAsync();
        var pictured = new TaskCompletionSource();
        // The assistant stays silent until the caller has its picture.
        system.Assistant.BeforeToken = (_, _, _) => pictured.Task;
        var request = TestSystem.Request();
        request.SemanticImage = new Image { Data = ByteString.CopyFromUtf8("another picture") };
        request.Alpha = 0;
        request.Reply = true;

        var events = await system.GenerateAsync(request, seen: what =>
        {
            if (what.EventCase == Kind.Image)
            {
                pictured.TrySetResult();
            }
        });

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.True(events.FindIndex(what => what.EventCase == Kind.Image) < events.FindIndex(what => what.EventCase == Kind.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_ReplyFailsThatThePicturesDoNotNeed_PicturesComeAndTheCallEndsWithItsError(bool alphaZero)
    {
        await using var system = await TestSystem.StartAsync();
        var failed = new TaskCompletionSource();
        system.Assistant.BeforeToken = (_, position, _) =>
        {
            if (position < 2)
            {
                return Task.CompletedTask;
            }

            failed.TrySetResult();
            throw new RpcException(new Status(StatusCode.Internal, "The model failed."));
        };
        // Nothing is drawn before the reply has failed.
        system.Diffuser.BeforeStep = async (_, _, context) =>
        {
            await failed.Task;
            await Task.Delay(100, context.CancellationToken);
        };
        var request = TestSystem.Request();
        request.Options.Count = 2;
        request.Reply = true;
        if (alphaZero)
        {
            (request.SemanticImage, request.Alpha) = (new Image { Data = ByteString.CopyFromUtf8("another picture") }, 0);
        }
        else
        {
            request.Conditions = Conditions.Subject;
        }

        var events = new List<GenerateResponse>();
        var failure = await Assert.ThrowsAsync<RpcException>(() => system.GenerateAsync(request, seen: events.Add));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Contains("assistant", failure.Status.Detail);
        Assert.Equal([ScriptedDiffuser.Picture(7), ScriptedDiffuser.Picture(8)], events.Images().Select(image => image.Data.ToByteArray()));
        Assert.Equal(ScriptedAssistant.Reply(3, 2), events.Text());
        Assert.False(events.Has(Kind.Summary));
    }

    [Fact]
    public async Task Generate_PictureFails_TheReplyThatDoesNotNeedItEndsWithIt()
    {
        await using var system = await TestSystem.StartAsync();
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Assistant.BeforeToken = async (_, _, context) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.TrySetResult();
        };
        system.Diffuser.BeforeStep = async (_, _, _) =>
        {
            await begun.Task;
            throw new RpcException(new Status(StatusCode.Internal, "The model failed."));
        };
        var request = TestSystem.Request();
        (request.SemanticImage, request.Alpha, request.Reply) = (new Image { Data = ByteString.CopyFromUtf8("another picture") }, 0, true);

        var failure = await system.FailAsync(request);

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Generate_PackThatPredictsFromThePrompt_DrawsWhileTheReplyIsWritten()
    {
        await using var system = await TestSystem.StartAsync();
        var pictured = new TaskCompletionSource();
        system.Assistant.EmbeddingBeforeReply = true;
        system.Assistant.BeforeToken = (_, position, _) => position < 4 ? Task.CompletedTask : pictured.Task;

        var events = await system.GenerateAsync(TestSystem.Request(), seen: what =>
        {
            if (what.EventCase == Kind.Image)
            {
                pictured.TrySetResult();
            }
        });

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_NoReplyWanted_ShowsNoneAndAsksForTheEmbeddingAlone(bool predictsBeforeReply)
    {
        await using var system = await TestSystem.StartAsync();
        system.Assistant.EmbeddingBeforeReply = predictsBeforeReply;
        var request = TestSystem.Request();
        request.Reply = false;

        var events = await system.GenerateAsync(request);

        Assert.Equal(predictsBeforeReply, system.Assistant.Requests.Single().EmbeddingOnly);
        Assert.False(events.Has(Kind.Text));
        Assert.Equal("", events.Summary().Reply);
        Assert.NotNull(system.Diffuser.Requests.Single().Semantic);
    }

    [Fact]
    public async Task Generate_SeveralPicturesWithPreviews_EachHasItsSeed()
    {
        await using var system = await TestSystem.StartAsync();
        var previewed = new TaskCompletionSource();
        // A preview is dropped when its picture is there before it is read.
        system.Diffuser.BeforeStep = (_, step, _) => step == 3 ? previewed.Task : Task.CompletedTask;
        var request = TestSystem.Request(seed: ulong.MaxValue);
        request.Options.Count = 3;
        request.Options.PreviewEvery = 2;

        var events = await system.GenerateAsync(request, seen: what =>
        {
            if (what.EventCase == Kind.Preview)
            {
                previewed.TrySetResult();
            }
        });

        Assert.Equal([ulong.MaxValue, 0UL, 1UL], events.Images().Select(image => image.Seed));
        Assert.True(events.Has(Kind.Preview));
    }

    [Fact]
    public async Task GetPack_OneStageDown_AnswersForTheOthers()
    {
        await using var system = await TestSystem.StartAsync();
        await system.AssistantStage.KillAsync();

        var pack = await system.Client.GetPackAsync(new GetPackRequest());

        Assert.Equal([Stage.Encoder, Stage.Diffuser], pack.Stages.Select(stage => stage.Stage));
        Assert.Equal(8, pack.SizeMultiple);
    }
}
