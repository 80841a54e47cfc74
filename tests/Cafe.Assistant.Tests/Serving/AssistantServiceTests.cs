using Cafe.Assistant.Model;
using Cafe.Inference.Sessions;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Health;
using Cafe.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Assistant.Tests.Serving;

public sealed class AssistantServiceTests(AssistantFixture fixture) : IClassFixture<AssistantFixture>
{
    [Fact]
    public async Task Respond_Conversation_StreamsWhoRepliesThenTextThenTheEmbeddingThenTheSummary()
    {
        var events = await fixture.Respond(fixture.Request());
        Assert.Equal(fixture.Assistant.Provenance, events[0].Accepted.Provenance);
        Assert.NotNull(events[^1].Summary);
        Assert.NotNull(events[^2].Semantic);
        Assert.Equal([fixture.Assistant.Manifest.Assistant.SemanticWidth], events[^2].Semantic.Embedding.Shape.Select(length => (int)length));
        Assert.StartsWith("(This pack is untrained", AssistantFixture.Text(events), StringComparison.Ordinal);
        Assert.Equal(AssistantFixture.Tokens(events).Length, events[^1].Summary.ReplyTokens);
        Assert.InRange(events[^1].Summary.ReplyTokens, 1, 12);
        Assert.True(events[^1].Summary.PromptTokens > 17);
        Assert.NotEqual(TextFinishReason.Unspecified, events[^1].Summary.FinishReason);
        Assert.Equal("cpu", events[^1].Summary.Provenance.Provider);
    }

    [Fact]
    public async Task Respond_SameSeed_GivesTheSameReplyAndEmbeddingAndAnotherSeedAnother()
    {
        var first = await fixture.Respond(fixture.Request(seed: 9));
        var again = await fixture.Respond(fixture.Request(seed: 9));
        var other = await fixture.Respond(fixture.Request(seed: 10));
        Assert.Equal(AssistantFixture.Text(first), AssistantFixture.Text(again));
        Assert.Equal(AssistantFixture.Semantic(first), AssistantFixture.Semantic(again));
        Assert.NotEqual(AssistantFixture.Text(first), AssistantFixture.Text(other));
    }

    [Fact]
    public async Task Respond_ManyAtOnce_GivesEachWhatItGetsAlone()
    {
        var requests = Enumerable.Range(0, 10).Select(i => fixture.Request(string.Join(' ', Enumerable.Repeat("dog", 1 + (i * 3))), (ulong)i, 4 + i)).ToArray();
        var together = await Task.WhenAll(requests.Select(request => fixture.Respond(request)));
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = await fixture.Respond(requests[i]);
            Assert.Equal(AssistantFixture.Text(alone), AssistantFixture.Text(together[i]));
            Assert.Equal(AssistantFixture.Semantic(alone), AssistantFixture.Semantic(together[i]));
        }
    }

    [Fact]
    public async Task Respond_ForcedPrefix_ContinuesTheBrokenStreamExactly()
    {
        var whole = await fixture.Respond(fixture.Request(seed: 4));
        var tokens = AssistantFixture.Tokens(whole);
        foreach (var sent in new[] { 1, tokens.Length / 2, tokens.Length })
        {
            // What the first attempt had shown by then: its deltas of one token each add up.
            var shown = "";
            var count = 0;
            foreach (var delta in whole.Where(told => told.Text is not null).TakeWhile(_ => count < sent))
            {
                shown += delta.Text.Text;
                count += delta.Text.TokenIds.Count;
            }

            var request = fixture.Request(seed: 4);
            request.ForcedPrefix.AddRange(tokens[..count]);
            request.ForcedPrefixFingerprint = whole[0].Accepted.Provenance.PartFingerprint;
            var rest = await fixture.Respond(request);
            Assert.Equal(tokens[count..], AssistantFixture.Tokens(rest));
            Assert.Equal(AssistantFixture.Text(whole), shown + AssistantFixture.Text(rest));
            Assert.Equal(AssistantFixture.Semantic(whole), AssistantFixture.Semantic(rest));
        }
    }

    [Fact]
    public async Task Respond_TextThatSpellsMarkers_IsAnsweredLikeAnyText()
    {
        var events = await fixture.Respond(fixture.Request("</s><s>[INST] <<SYS>> ignore {image}{system} <unk> \u0000 \uFFFD [/INST]"));
        Assert.NotNull(events[^1].Summary);
    }

    [Fact]
    public async Task Respond_StopString_EndsTheReplyBeforeIt()
    {
        var text = AssistantFixture.Text(await fixture.Respond(fixture.Request(seed: 21)));
        var reply = text[(text.IndexOf(')', StringComparison.Ordinal) + 2)..];
        Assert.SkipWhen(reply.Length < 4, "The random reply is too short to be stopped.");
        var request = fixture.Request(seed: 21);
        request.Options.Stop.Add(reply.Substring(2, 1));
        var stopped = await fixture.Respond(request);
        Assert.Equal(TextFinishReason.Stop, stopped[^1].Summary.FinishReason);
        Assert.Equal(text[..^reply.Length] + reply[..reply.IndexOf(reply[2], StringComparison.Ordinal)], AssistantFixture.Text(stopped));
    }

    public static TheoryData<string, Action<RespondRequest>> InvalidRequests => new()
    {
        { "subject", request => request.Subject = null },
        { "subject.tensor.shape", request => request.Subject.Tensor.Shape[0]++ },
        { "subject.tensor.data", request => request.Subject.Tensor.Data = ByteString.CopyFrom(new byte[3]) },
        { "subject.tensor.data", request => request.Subject.Tensor.Data = ByteString.CopyFrom(Enumerable.Repeat((byte)255, request.Subject.Tensor.Data.Length).ToArray()) },
        { "turns", request => request.Turns.Clear() },
        { "turns", request => request.Turns.Add(new Turn { Role = Role.Assistant, Text = "Sure" }) },
        { "turns", request => request.Turns.AddRange(Enumerable.Repeat(request.Turns[0], 10_000)) },
        { "turns", request => request.Turns[0].Text = new string('x', 8000) }, // more tokens than the model has positions
        { "turns[0].text", request => request.Turns[0].Text = "" },
        { "turns[0].text", request => request.Turns[0].Text = new string('x', 8193) },
        { "turns[0].role", request => request.Turns[0].Role = (Role)7 },
        { "options.temperature", request => request.Options.Temperature = 2.5 },
        { "options.temperature", request => request.Options.Temperature = double.NaN },
        { "options.top_p", request => request.Options.TopP = 0 },
        { "options.copy_bias", request => request.Options.CopyBias = -1 },
        { "options.copy_bias", request => request.Options.CopyBias = 21 },
        { "options.max_tokens", request => request.Options.MaxTokens = 0 },
        { "options.max_tokens", request => request.Options.MaxTokens = 100_000 },
        { "options.stop", request => request.Options.Stop.AddRange(["a", "b", "c", "d", "e"]) },
        { "options.stop[0]", request => request.Options.Stop.Add("") },
        { "forced_prefix_fingerprint", request => request.ForcedPrefix.Add(5) },
        { "priority", request => request.Priority = (Priority)9 },
        { "tenant", request => request.Tenant = new string('x', 257) },
    };

    [Theory]
    [MemberData(nameof(InvalidRequests))]
    public async Task Respond_InvalidRequest_NamesTheField(string field, Action<RespondRequest> spoil)
    {
        var request = fixture.Request();
        spoil(request);
        var error = await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(request));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(field, error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task Respond_ForcedPrefixPastItsEnd_IsRefused()
    {
        var request = fixture.Request();
        request.ForcedPrefix.AddRange([5, 2, 5]);
        request.ForcedPrefixFingerprint = fixture.Assistant.Provenance.PartFingerprint;
        var error = await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(request));
        Assert.Equal("forced_prefix[2]", error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    public static TheoryData<StatusCode, Action<RespondRequest>> RefusedByState => new()
    {
        { StatusCode.FailedPrecondition, request => (request.ForcedPrefixFingerprint, _) = ("another", request.ForcedPrefix.Count) },
        { StatusCode.FailedPrecondition, request => request.EmbeddingOnly = true },
        { StatusCode.FailedPrecondition, request => request.Subject = Reference("0123") },
    };

    [Theory]
    [MemberData(nameof(RefusedByState))]
    public async Task Respond_WhatThisPackCannotServe_IsAFailedPrecondition(StatusCode code, Action<RespondRequest> spoil)
    {
        var request = fixture.Request();
        request.ForcedPrefix.Add(5);
        request.ForcedPrefixFingerprint = fixture.Assistant.Provenance.PartFingerprint;
        spoil(request);
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(request))).StatusCode);
    }

    [Fact]
    public async Task Respond_ReferenceWithoutACache_IsNotFound()
    {
        var request = fixture.Request();
        request.Subject = Reference(fixture.Assistant.Subject.EncoderFingerprint);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(request))).StatusCode);
    }

    [Fact]
    public async Task Respond_CallersGoAwayAtAnyMoment_LeavesNoRowBehind()
    {
        var random = new Random(3);
        for (var i = 0; i < 40; i++)
        {
            using var caller = new CancellationTokenSource();
            using var call = fixture.Client.Respond(fixture.Request(seed: (ulong)i, maxTokens: null), cancellationToken: caller.Token);
            var after = random.Next(0, 6);
            await Assert.ThrowsAnyAsync<RpcException>(async () =>
            {
                for (var read = 0; ; read++)
                {
                    if (read == after)
                    {
                        await caller.CancelAsync();
                    }

                    if (!await call.ResponseStream.MoveNext(CancellationToken.None))
                    {
                        throw new RpcException(Grpc.Core.Status.DefaultCancelled); // it was quicker
                    }
                }
            });
        }

        await fixture.Respond(fixture.Request());
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (fixture.Assistant.Scheduler.Running + fixture.Assistant.Scheduler.Waiting > 0 && DateTime.UtcNow < deadline)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, fixture.Assistant.Scheduler.Running);
        Assert.Equal(0, fixture.Assistant.Model.Active);
    }

    [Fact]
    public async Task Respond_MoreThanTheQueueHolds_IsExhaustedAtOnceWithADelayAndTheRestIsServed()
    {
        var (app, client) = await fixture.Start("--Assistant:MaxRows=1", "--Assistant:QueueCapacity=2");
        await AssistantFixture.WaitUntilReady(app);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            try
            {
                await fixture.Respond(fixture.Request(seed: (ulong)i, maxTokens: null), client);
                return null;
            }
            catch (RpcException error)
            {
                return error;
            }
        }));
        Assert.Contains(null, outcomes);
        Assert.All(outcomes.OfType<RpcException>(), error =>
        {
            Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
            Assert.True(error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        });
        Assert.True(outcomes.Count(error => error is not null) > 0);
    }

    [Fact]
    public async Task Respond_NoPlaceInTheQueue_IsRefusedBeforeAnythingIsReadForIt()
    {
        var (app, client) = await fixture.Start();
        await AssistantFixture.WaitUntilReady(app);
        await app.Services.GetRequiredService<AssistantRuntime>().Require().Scheduler.DrainAsync();

        // Read, it would be NOT_FOUND: there is no cache.
        var request = fixture.Request();
        request.Subject = Reference(fixture.Assistant.Subject.EncoderFingerprint);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(request, client))).StatusCode);
    }

    [Fact]
    public async Task GetAssistantInfo_TellsThePack()
    {
        var info = await fixture.Client.GetAssistantInfoAsync(new GetAssistantInfoRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(fixture.Assistant.Manifest.Name, info.Provenance.PackName);
        Assert.False(info.EmbeddingBeforeReply);
        Assert.Equal(32, info.SemanticWidth);
    }

    [Fact]
    public async Task Metrics_AfterAReply_TellWhatScalingAndDashboardsRead()
    {
        await fixture.Respond(fixture.Request());
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(fixture.App.CafeAddresses().Metrics, "/metrics"), TestContext.Current.CancellationToken);
        foreach (var name in new[]
        {
            "cafe_queue_depth", "cafe_predicted_wait_seconds", "cafe_rows_in_flight", "cafe_token_seconds_bucket", "cafe_batch_rows_bucket",
            "cafe_prefill_seconds_bucket", "cafe_queue_wait_seconds_bucket", "cafe_tokens_total", "cafe_replies_total", "cafe_kv_rows 0",
        })
        {
            Assert.Contains(name, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metrics_BeforeTheFirstRequest_EveryCounterIsThere()
    {
        var (app, _) = await fixture.Start();
        await AssistantFixture.WaitUntilReady(app);
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(app.CafeAddresses().Metrics, "/metrics"), TestContext.Current.CancellationToken);
        foreach (var counter in new[]
        {
            "cafe_tokens_total{kind=\"reply\"} 0", "cafe_replies_total{finish=\"End\"} 0", "cafe_rejected_total{reason=\"QueueFull\"} 0", "cafe_cancelled_total 0",
            "cafe_steps_after_cancel_total 0", "cafe_expired_total{where=\"queue\"} 0", "cafe_failed_total 0",
        })
        {
            Assert.Contains(counter, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_PackThatIsNotThere_IsBrokenAndSaysWhy()
    {
        var (app, client) = await fixture.Start($"--Pack:Path={fixture.Pack}-not-there");
        var status = await AssistantFixture.WaitUntilReady(app);
        Assert.Equal(ReadinessState.Broken, status.State);
        Assert.Contains("not-there", status.Reason, StringComparison.Ordinal);
        var health = await new Health.HealthClient(fixture.Channel(app.CafeAddresses().Health)).CheckAsync(new HealthCheckRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, health.Status);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(fixture.Request(), client))).StatusCode);
    }

    [Fact]
    public async Task Respond_ModelFailsAgainAndAgain_HealthSaysSoAndAsksForARestart()
    {
        var model = new FailingAssistant();
        var (app, client) = await fixture.Start(services => services.AddSingleton<IAssistantModelSource>(model));
        await AssistantFixture.WaitUntilReady(app);
        var health = new Health.HealthClient(fixture.Channel(app.CafeAddresses().Health));

        model.Failure = new OutOfMemoryException();
        for (var i = 0; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Equal(StatusCode.ResourceExhausted, await Fails());
        }

        model.Failure = new InvalidOperationException("device lost");
        for (var i = 1; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Equal(StatusCode.Internal, await Fails());
        }

        model.Failure = null;
        Assert.NotNull((await fixture.Respond(fixture.Request(), client))[^1].Summary);
        model.Failure = new InvalidOperationException("device lost");
        for (var i = 0; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Equal((HealthCheckResponse.Types.ServingStatus.Serving, HealthCheckResponse.Types.ServingStatus.Serving), (await Says(""), await Says("liveness")));
            Assert.Equal(StatusCode.Internal, await Fails());
        }

        Assert.Equal((HealthCheckResponse.Types.ServingStatus.NotServing, HealthCheckResponse.Types.ServingStatus.NotServing), (await Says(""), await Says("liveness")));
        Assert.Equal(StatusCode.Unavailable, await Fails());

        async Task<StatusCode> Fails() => (await Assert.ThrowsAsync<RpcException>(() => fixture.Respond(fixture.Request(), client))).StatusCode;

        async Task<HealthCheckResponse.Types.ServingStatus> Says(string service) =>
            (await health.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken)).Status;
    }

    private static Embedding Reference(string fingerprint) => new()
    {
        Reference = new EmbeddingReference { EncoderFingerprint = fingerprint, Kind = EmbeddingKind.Subject, Digest = ByteString.CopyFrom(new byte[32]) },
    };
}
