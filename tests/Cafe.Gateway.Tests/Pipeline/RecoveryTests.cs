using Cafe.Gateway.Tests.Fakes;
using Cafe.Testing;
using Cafe.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Kind = Cafe.V1.GenerateResponse.EventOneofCase;
using Status = Grpc.Core.Status;

namespace Cafe.Gateway.Tests.Pipeline;

public sealed class RecoveryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Generate_AssistantKilledAtAToken_ContinuesTheReplyUnseen(int token)
    {
        await using var system = await TestSystem.StartAsync();
        var read = new TaskCompletionSource();
        var text = "";
        system.Assistant.BeforeToken = async (call, position, context) =>
        {
            if (call == 1 && position == token)
            {
                // What a dying process had not sent yet is nobody's: the caller has the tokens first.
                await (token == 0 ? Task.CompletedTask : read.Task);
                var killing = Task.Run(async () =>
                {
                    await system.AssistantStage.KillAsync();
                    await system.AssistantStage.StartAsync();
                });
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
        };

        var events = await system.GenerateAsync(TestSystem.Request(), seen: what =>
        {
            text += what.EventCase == Kind.Text ? what.Text.Delta : "";
            if (text == ScriptedAssistant.Reply(3, token))
            {
                read.TrySetResult();
            }
        });

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Equal(Enumerable.Range(0, token), system.Assistant.Requests.Last().ForcedPrefix);
        Assert.Equal(token > 0 ? "assistant-1" : "", system.Assistant.Requests.Last().ForcedPrefixFingerprint);
        Assert.True(events.Summary().Retries > 0);
        Assert.Single(system.Encoder.Requests); // stages done are reused
        Assert.Single(events.Images());
    }

    [Fact]
    public async Task Generate_DiffuserKilledAfterAPicture_ReplaysWithoutSendingAnythingTwice()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeStep = async (call, step, context) =>
        {
            if (call == 1 && step == 6)
            {
                var killing = Task.Run(async () =>
                {
                    await system.DiffuserStage.KillAsync();
                    await system.DiffuserStage.StartAsync();
                });
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
        };
        var request = TestSystem.Request();
        request.Options.Count = 2;

        var events = await system.GenerateAsync(request);

        Assert.Equal([0, 1], events.Images().Select(image => image.Index));
        Assert.Equal(ScriptedDiffuser.Picture(8), events.Images()[1].Data.ToByteArray());
        Assert.Equal(events.Steps().Order(), events.Steps());
        Assert.Equal(8, events.Steps().Last());
        Assert.Single(system.Assistant.Requests);
        Assert.Equal(2, system.Diffuser.Requests.Count);
    }

    [Fact]
    public async Task Generate_EncoderAnswersUnavailableTwice_TriesAgain()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.Before = (call, _) => call <= 2 ? throw new RpcException(new Status(StatusCode.Unavailable, "not now")) : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(3, system.Encoder.Requests.Count);
        Assert.Equal(2, events.Summary().Retries);
    }

    [Fact]
    public async Task Generate_StageIsFullAndSaysWhen_WaitsThatLong()
    {
        await using var system = await TestSystem.StartAsync();
        var calls = new List<long>();
        system.Diffuser.BeforeCall = (call, _) =>
        {
            calls.Add(TimeProvider.System.GetTimestamp());
            return call == 1 ? throw TestSystem.Full(TimeSpan.FromSeconds(0.3)) : Task.CompletedTask;
        };

        await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(2, calls.Count);
        Assert.True(TimeProvider.System.GetElapsedTime(calls[0], calls[1]).TotalSeconds >= 0.3);
    }

    [Fact]
    public async Task Generate_StageIsFullForTooLong_TellsTheCallerWhen()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (_, _) => throw TestSystem.Full(TimeSpan.FromSeconds(100));

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal(100, failure.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
        Assert.Single(system.Diffuser.Requests);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.DataLoss)]
    public async Task Generate_StageRefuses_IsNotTriedAgain(StatusCode code)
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (_, _) => throw new RpcException(new Status(code, "options.width: must be a multiple of 64, not 3"));

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(code, failure.StatusCode);
        Assert.Contains("multiple of 64", failure.Status.Detail);
        Assert.Single(system.Diffuser.Requests);
    }

    [Fact]
    public async Task Generate_EncoderRefusesThePicture_NamesTheCallersField()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.Before = (_, _) => throw new ServiceDefaults.Errors.InvalidRequestException("image.data", "is no picture").AsRpc();

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal("subject.data", failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task Generate_AssistantComesBackWithAnotherPack_FailsClearly()
    {
        await using var system = await TestSystem.StartAsync();
        system.Assistant.BeforeToken = (call, position, _) =>
        {
            if (call == 1 && position == 3)
            {
                system.Assistant.Fingerprint = "assistant-2";
                throw new RpcException(new Status(StatusCode.Unavailable, "going down"));
            }

            return Task.CompletedTask;
        };

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Assert.Equal("PACK_CHANGED", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Generate_DiffuserComesBackWithAnotherPack_FailsClearly()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeStep = (call, step, _) =>
        {
            if (call == 1 && step == 3)
            {
                system.Diffuser.Fingerprint = "diffuser-2";
                throw new RpcException(new Status(StatusCode.Unavailable, "going down"));
            }

            return Task.CompletedTask;
        };

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Assert.Contains("diffuser-2", failure.Status.Detail);
    }

    [Fact]
    public async Task Generate_ReferenceLost_EncodesAgainAndSendsValues()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (_, request) => request.Subject.SourceCase == Embedding.SourceOneofCase.Reference
            ? throw new RpcException(new Status(StatusCode.NotFound, "subject: not in the cache"))
            : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal([false, true], system.Encoder.Requests.Select(encode => encode.ReturnValues));
        Assert.Single(system.Assistant.Requests);
        Assert.Single(events.Images());
    }

    [Fact]
    public async Task Generate_ReferenceOfAnotherEncoder_EncodesAgainByReference()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.Before = (call, _) =>
        {
            system.Encoder.Fingerprint = call == 1 ? "encoder-1" : "encoder-2";
            return Task.CompletedTask;
        };
        system.Diffuser.BeforeCall = (_, request) => request.Subject.Reference.EncoderFingerprint == "encoder-2"
            ? Task.CompletedTask
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, "subject: another encoder's"));

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(2, system.Encoder.Requests.Count);
        Assert.All(system.Encoder.Requests, encode => Assert.False(encode.ReturnValues));
        Assert.Single(events.Images());
    }

    [Fact]
    public async Task Generate_CacheDown_SendsValuesAndSaysSo()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.CacheAvailable = false;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(Embedding.SourceOneofCase.Tensor, system.Diffuser.Requests.Single().Subject.SourceCase);
        Assert.Contains(events.Summary().Degraded, reason => reason.Contains("cache"));
    }

    [Fact]
    public async Task Generate_CacheDownAndPacksDiffer_NeverFeedsOldValuesToANewPack()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.CacheAvailable = false;
        system.Encoder.Fingerprint = "encoder-2";
        system.Diffuser.EncoderFingerprint = "encoder-1";

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Contains("encoder and the diffuser", failure.Status.Detail);
        Assert.True(system.Encoder.Requests.Count > 1);
        Assert.Equal(0, system.Diffuser.Begun);
    }

    [Fact]
    public async Task Generate_CacheDownAndAnOldEncoderAnswersFirst_EncodesAgainByTheNewOne()
    {
        await using var system = await TestSystem.StartAsync();
        system.Encoder.CacheAvailable = false;
        system.Encoder.Before = (call, _) =>
        {
            system.Encoder.Fingerprint = call == 1 ? "encoder-1" : "encoder-2";
            return Task.CompletedTask;
        };
        system.Assistant.EncoderFingerprint = system.Diffuser.EncoderFingerprint = "encoder-2";

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Single(events.Images());
        Assert.Equal("encoder-2", system.Diffuser.Requests.Single().Subject.PartFingerprint);
    }

    [Fact]
    public async Task Generate_PredictionOfAnotherAssistantWithoutAReply_IsMadeAgain()
    {
        await using var system = await TestSystem.StartAsync();
        system.Assistant.BeforeCall = (call, _) =>
        {
            system.Assistant.Fingerprint = call == 1 ? "assistant-1" : "assistant-2";
            return Task.CompletedTask;
        };
        system.Diffuser.AssistantFingerprint = "assistant-2";
        var request = TestSystem.Request();
        request.Reply = false;

        var events = await system.GenerateAsync(request);

        Assert.Single(events.Images());
        Assert.Equal(2, system.Assistant.Requests.Count);
        Assert.Single(system.Encoder.Requests);
        Assert.Equal(["assistant-1", "assistant-2"], system.Diffuser.Requests.Select(draw => draw.Semantic.PartFingerprint));
        Assert.Equal(1, system.Diffuser.Begun);
    }

    [Fact]
    public async Task Generate_PredictionOfAnotherAssistantWithAReply_FindsADiffuserThatItSuits()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.BeforeCall = (call, _) =>
        {
            system.Diffuser.AssistantFingerprint = call <= 2 ? "assistant-2" : "assistant-1";
            return Task.CompletedTask;
        };

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Single(events.Images());
        Assert.Single(system.Assistant.Requests); // the picture is its reply's
        Assert.Equal(1, system.Diffuser.Begun);
    }

    [Fact]
    public async Task Generate_PredictionOfAnotherAssistantEverywhere_FailsClearlyAndDrawsNothing()
    {
        await using var system = await TestSystem.StartAsync();
        system.Diffuser.AssistantFingerprint = "assistant-2";

        var failure = await system.FailAsync(TestSystem.Request());

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Contains("assistant and the diffuser", failure.Status.Detail);
        Assert.Equal(0, system.Diffuser.Begun);
    }

    [Fact]
    public async Task Generate_StageRetried_TheLogNamesTheRequest()
    {
        var log = new LogLines();
        await using var system = await TestSystem.StartAsync(configure: builder => builder.Logging.SetMinimumLevel(LogLevel.Information).AddProvider(log));
        system.Encoder.Before = (call, _) => call == 1 ? throw new RpcException(new Status(StatusCode.Unavailable, "not now")) : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Contains(log.Lines, line => line.Contains("is called again") && line.Contains(events[0].Accepted.RequestId));
    }

    [Fact]
    public async Task Generate_StageHasNoProcess_WarmsUntilOneStarts()
    {
        await using var system = await TestSystem.StartAsync();
        await system.DiffuserStage.KillAsync();
        var warmed = new TaskCompletionSource();

        var running = system.GenerateAsync(TestSystem.Request(), seen: what =>
        {
            if (what.EventCase == Kind.Warming)
            {
                warmed.TrySetResult();
            }
        });
        await warmed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await system.DiffuserStage.StartAsync();
        var events = await running;

        Assert.Equal(Stage.Diffuser, events.First(what => what.EventCase == Kind.Warming).Warming.Stage);
        Assert.Single(events.Images());
        Assert.Single(system.Assistant.Requests);
    }

    [Fact]
    public async Task Generate_WaitingRoomFull_RefusesWithADelay()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:WaitingRoom:Size=1"]);
        var second = TestSystem.Request();
        second.SemanticImage = new Image { Data = ByteString.CopyFromUtf8("another picture") }; // two calls of the encoder, one request
        await system.EncoderStage.KillAsync();
        var warmed = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var first = system.GenerateAsync(TestSystem.Request(), new CallOptions(cancellationToken: stop.Token), _ => warmed.TrySetResult());
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_waiting{stage=\"encoder\"} 1"));

        var failure = await system.FailAsync(second);

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.NotNull(failure.GetRpcStatus()!.GetDetail<RetryInfo>());
        Assert.Contains("cafe_gateway_rejected_total{reason=\"waiting\"} 1", await system.MetricsAsync());
        await stop.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => first);
    }

    [Fact]
    public async Task Generate_WaitingRoomFullOfBatchCalls_HasRoomForAnInteractiveOne()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:WaitingRoom:Size=2", "Gateway:InteractiveShare=0.5"]);
        await system.EncoderStage.KillAsync();
        var batch = TestSystem.Request();
        batch.Priority = Priority.Batch;
        var first = system.GenerateAsync(batch);
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_waiting{stage=\"encoder\"} 1"));

        Assert.Equal(StatusCode.ResourceExhausted, (await system.FailAsync(batch)).StatusCode);
        var interactive = system.GenerateAsync(TestSystem.Request());
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_waiting{stage=\"encoder\"} 2"));
        await system.EncoderStage.StartAsync();

        Assert.All(await Task.WhenAll(first, interactive), events => Assert.Single(events.Images()));
    }

    [Fact]
    public async Task Generate_StageStaysAway_EndsWithTheCallersDeadline()
    {
        await using var system = await TestSystem.StartAsync();
        await system.EncoderStage.KillAsync();

        var failure = await system.FailAsync(TestSystem.Request(), new CallOptions(deadline: DateTime.UtcNow.AddSeconds(1)));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Generate_StreamEndsWithoutItsLastEvent_IsContinued()
    {
        await using var system = await TestSystem.StartAsync(["Gateway:Stages:Assistant:SilenceTimeoutSeconds=0.3"]);
        system.Assistant.BeforeToken = (call, position, context) =>
            call == 1 && position == 2 ? Task.Delay(Timeout.Infinite, context.CancellationToken) : Task.CompletedTask;

        var events = await system.GenerateAsync(TestSystem.Request());

        Assert.Equal(ScriptedAssistant.Reply(3, 8), events.Text());
        Assert.Equal([0, 1], system.Assistant.Requests.Last().ForcedPrefix);
    }

    [Fact]
    public async Task Generate_CallerCancels_StagesAreCancelledToo()
    {
        await using var system = await TestSystem.StartAsync();
        var stopped = new TaskCompletionSource();
        system.Diffuser.BeforeStep = async (_, step, context) =>
        {
            if (step == 2)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stopped.TrySetResult();
            }
        };
        using var stop = new CancellationTokenSource();

        var call = system.GenerateAsync(TestSystem.Request(), new CallOptions(cancellationToken: stop.Token), what =>
        {
            if (what.EventCase == Kind.Progress)
            {
                stop.Cancel();
            }
        });

        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(system.Diffuser.Requests);
        await TestSystem.WaitForAsync(async () => (await system.MetricsAsync()).Contains("cafe_gateway_in_flight 0"));
    }
}
