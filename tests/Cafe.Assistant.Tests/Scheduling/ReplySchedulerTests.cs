using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;
using CsCheck;

namespace Cafe.Assistant.Tests.Scheduling;

public sealed class ReplySchedulerTests
{
    [Fact]
    public void Iterate_OneRequest_TellsTokensThenTheEmbeddingThenTheEnd()
    {
        using var harness = new SchedulerHarness();
        var job = harness.Submit(maxTokens: 6);
        harness.RunToEnd();
        var events = SchedulerHarness.Events(job);
        Assert.IsType<FinishedEvent>(events[^1]);
        Assert.IsType<SemanticEvent>(events[^2]);
        Assert.All(events[..^2], told => Assert.IsType<TextEvent>(told));
        Assert.Equal(events.Count - 2, ((FinishedEvent)events[^1]).ReplyTokens);
    }

    [Fact]
    public void Iterate_WithNeighboursThatComeAndGo_GivesEachTheReplyItGetsAlone() =>
        Gen.Select(Gen.Int[2, 30], Gen.ULong[0, 1000], Gen.Int[1, 20], Gen.Int[0, 6]).Array[1, 12].Sample(
            requests =>
            {
                using var together = new SchedulerHarness(rows: 3);
                var jobs = new List<ReplyJob>();
                foreach (var (prompt, seed, tokens, pause) in requests)
                {
                    jobs.Add(together.Submit(prompt, seed, tokens));
                    for (var i = 0; i < pause; i++)
                    {
                        together.Scheduler.Iterate();
                    }
                }

                together.RunToEnd();
                for (var i = 0; i < requests.Length; i++)
                {
                    using var alone = new SchedulerHarness(rows: 3);
                    var job = alone.Submit(requests[i].Item1, requests[i].Item2, requests[i].Item3);
                    alone.RunToEnd();
                    var (expected, actual) = (SchedulerHarness.Events(job), SchedulerHarness.Events(jobs[i]));
                    Assert.Equal(SchedulerHarness.Tokens(expected), SchedulerHarness.Tokens(actual));
                    Assert.Equal(expected.OfType<SemanticEvent>().Single().Embedding, actual.OfType<SemanticEvent>().Single().Embedding);
                }
            },
            iter: 60);

    [Fact]
    public void Iterate_ReplyContinuedFromAnyToken_GoesOnAsItWouldHave()
    {
        using var harness = new SchedulerHarness();
        var whole = harness.Submit(seed: 7, maxTokens: 10);
        harness.RunToEnd();
        var events = SchedulerHarness.Events(whole);
        var tokens = SchedulerHarness.Tokens(events);
        for (var sent = 0; sent <= tokens.Length; sent++)
        {
            var job = harness.Submit(seed: 7, maxTokens: 10, forced: tokens[..sent]);
            harness.RunToEnd();
            var rest = SchedulerHarness.Events(job);
            Assert.Equal(tokens[sent..], SchedulerHarness.Tokens(rest));
            Assert.Equal(events.OfType<TextEvent>().Skip(sent).Select(text => text.Text), rest.OfType<TextEvent>().Select(text => text.Text));
            Assert.Equal(events.OfType<SemanticEvent>().Single().Embedding, rest.OfType<SemanticEvent>().Single().Embedding);
            Assert.Equal(tokens.Length, rest.OfType<FinishedEvent>().Single().ReplyTokens);
        }
    }

    [Fact]
    public void Iterate_RowLeaves_TheNextJoinsBetweenTwoTokensOfTheOthers()
    {
        using var harness = new SchedulerHarness(rows: 2);
        var first = harness.Submit(maxTokens: 3, temperature: 0);
        harness.Submit(promptTokens: 6, maxTokens: 30, temperature: 0);
        var third = harness.Submit(promptTokens: 7, maxTokens: 3, temperature: 0);
        harness.RunToEnd();
        Assert.Contains(2, harness.Model.BatchSizes);
        Assert.Equal(3, SchedulerHarness.Tokens(SchedulerHarness.Events(third)).Length);
        Assert.Equal(3, SchedulerHarness.Tokens(SchedulerHarness.Events(first)).Length);
        Assert.True(harness.Model.Steps < 40, $"{harness.Model.Steps} steps: they should have shared them.");
    }

    [Fact]
    public void Iterate_LongPrompt_IsComputedInChunksBetweenTheOthersTokens()
    {
        using var harness = new SchedulerHarness(rows: 2);
        var running = harness.Submit(maxTokens: 40, temperature: 0);
        harness.Scheduler.Iterate();
        var stepsAtChunk = new List<int>();
        harness.Model.OnPrefill = tokens =>
        {
            Assert.InRange(tokens, 1, harness.Model.PrefillChunk);
            stepsAtChunk.Add(harness.Model.Steps);
        };
        harness.Submit(promptTokens: 50, maxTokens: 2);
        harness.RunToEnd();
        Assert.Equal(7, stepsAtChunk.Count); // 53 tokens in chunks of 8
        Assert.Equal(stepsAtChunk.Distinct(), stepsAtChunk);
        Assert.Equal(40, SchedulerHarness.Tokens(SchedulerHarness.Events(running)).Length);
    }

    [Fact]
    public void Submit_QueueFull_IsRejectedAtOnceWithADelay()
    {
        using var harness = new SchedulerHarness(rows: 1, capacity: 2);
        harness.Submit();
        harness.Submit();
        var rejection = Assert.Throws<RejectedException>(() => harness.Submit());
        Assert.Equal(RejectionReason.QueueFull, rejection.Reason);
        Assert.True(rejection.RetryAfter > TimeSpan.Zero);
        harness.RunToEnd();
    }

    [Fact]
    public void ThrowIfFull_QueueFull_RejectsWithoutARequest()
    {
        using var harness = new SchedulerHarness(rows: 1, capacity: 1);
        harness.Scheduler.ThrowIfFull("", WorkClass.Interactive);
        harness.Submit();
        Assert.Equal(RejectionReason.QueueFull, Assert.Throws<RejectedException>(() => harness.Scheduler.ThrowIfFull("", WorkClass.Interactive)).Reason);
        harness.RunToEnd();
    }

    /// <summary>The loop may take, admit and work on a request before the thread that submits it goes on.</summary>
    [Fact]
    public async Task Submit_LoopTakesTheJobBeforeSubmitReturns_ItIsServed()
    {
        using var harness = new SchedulerHarness(rows: 1, capacity: 1);
        var displaced = harness.Submit(workClass: WorkClass.Batch);

        // The newcomer is in the queue when the one that it displaces is told, and Submit has not returned.
        var iterations = 0;
        using var hook = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "rejected_total" && ReferenceEquals(instrument.Meter.Scope, harness.Meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        hook.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            harness.Scheduler.Iterate();
            iterations++;
        });
        hook.Start();
        var job = harness.Submit(maxTokens: 4);

        Assert.Equal((1, 1), (iterations, harness.Scheduler.Running));
        Assert.IsType<RejectedException>(await SchedulerHarness.Failure(displaced));
        harness.RunToEnd();
        Assert.IsType<FinishedEvent>(SchedulerHarness.Events(job)[^1]);
    }

    [Fact]
    public async Task Iterate_DeadlinePassesInTheQueue_FailsTheRequestWithoutComputingIt()
    {
        using var harness = new SchedulerHarness(rows: 1);
        harness.Submit(maxTokens: 5, temperature: 0);
        harness.Scheduler.Iterate();
        var late = harness.Submit(deadline: TimeSpan.FromSeconds(1));
        harness.Time.Advance(TimeSpan.FromSeconds(2));
        harness.RunToEnd();
        Assert.IsType<DeadlineExpiredException>(await SchedulerHarness.Failure(late));
        Assert.Empty(SchedulerHarness.Events(late));
    }

    [Fact]
    public async Task Iterate_DeadlinePassesInTheWork_EndsItBeforeTheNextToken()
    {
        using var harness = new SchedulerHarness();
        var job = harness.Submit(maxTokens: 50, temperature: 0, deadline: TimeSpan.FromSeconds(1));
        harness.Scheduler.Iterate();
        harness.Scheduler.Iterate();
        var steps = harness.Model.Steps;
        harness.Time.Advance(TimeSpan.FromSeconds(2));
        harness.Scheduler.Iterate();
        Assert.Equal(steps, harness.Model.Steps);
        Assert.Contains("2 tokens", (await SchedulerHarness.Failure(job)).Message.Replace("3 tokens", "2 tokens", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, harness.Model.Active);
    }

    [Fact]
    public async Task Iterate_CallerGoesAway_AtMostOneFurtherTokenIsComputed()
    {
        using var harness = new SchedulerHarness();
        using var caller = new CancellationTokenSource();
        var job = harness.Submit(maxTokens: 50, temperature: 0, cancellation: caller.Token);
        harness.Scheduler.Iterate();

        // In the middle of a step: it is completed, and no other follows.
        harness.Model.OnStep = _ => caller.Cancel();
        harness.Scheduler.Iterate();
        var steps = harness.Model.Steps;
        harness.Scheduler.Iterate();
        Assert.Equal(steps, harness.Model.Steps);
        Assert.Equal(0, harness.Model.Active);
        Assert.Equal(0, harness.Scheduler.Running);
        Assert.IsAssignableFrom<OperationCanceledException>(await SchedulerHarness.Failure(job));
    }

    [Fact]
    public void Iterate_CallersGoAwayAtAnyMoment_LeavesNoRowAndHarmsNobody() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 20], Gen.Bool).Array[1, 30].Sample(
            requests =>
            {
                using var harness = new SchedulerHarness(rows: 3);
                var jobs = requests.Select((request, i) =>
                {
                    var caller = new CancellationTokenSource();
                    return (Job: harness.Submit(promptTokens: 2 + (i % 20), seed: (ulong)i, maxTokens: request.Item2, cancellation: caller.Token), Caller: caller, request);
                }).ToList();
                for (var tick = 0; tick < 45; tick++)
                {
                    jobs.Where(job => job.request.Item3 && job.request.Item1 == tick).ToList().ForEach(job => job.Caller.Cancel());
                    harness.Scheduler.Iterate();
                }

                harness.RunToEnd();
                foreach (var (job, caller, request) in jobs)
                {
                    var events = SchedulerHarness.Events(job);
                    Assert.True(job.Events.Completion.IsCompleted);
                    if (!request.Item3)
                    {
                        Assert.IsType<FinishedEvent>(events[^1]);
                    }

                    caller.Dispose();
                }
            },
            iter: 40);

    [Fact]
    public async Task Iterate_StepFailsForOneRow_FailsThatRequestAlone()
    {
        using var harness = new SchedulerHarness(model: new FakeReplyModel(4) { PoisonTokens = 9 });
        var poisoned = harness.Submit(promptTokens: 9, temperature: 0);
        var healthy = harness.Submit(promptTokens: 5, temperature: 0);
        harness.RunToEnd();
        Assert.IsType<ModelFailureException>(await SchedulerHarness.Failure(poisoned));
        Assert.Equal(
            ["A step failed; its rows are tried alone, requests request-5 request-9", "A request failed in the model, request request-9"], harness.Log);

        using var alone = new SchedulerHarness();
        var same = alone.Submit(promptTokens: 5, temperature: 0);
        alone.RunToEnd();
        Assert.Equal(SchedulerHarness.Tokens(SchedulerHarness.Events(same)), SchedulerHarness.Tokens(SchedulerHarness.Events(healthy)));
    }

    [Fact]
    public async Task Iterate_LogitsThatAreNoNumbers_FailsThatRequestAlone()
    {
        using var harness = new SchedulerHarness(model: new FakeReplyModel(4) { NanTokens = 9 });
        var broken = harness.Submit(promptTokens: 9);
        var healthy = harness.Submit(promptTokens: 5);
        harness.RunToEnd();
        Assert.Contains("not a number", (await SchedulerHarness.Failure(broken)).Message, StringComparison.Ordinal);
        Assert.IsType<FinishedEvent>(SchedulerHarness.Events(healthy)[^1]);
    }

    [Fact]
    public void Iterate_ManyGiveNoNumbersOrLeave_TheModelDoesNotCountAsLost()
    {
        using var harness = new SchedulerHarness(model: new FakeReplyModel(4) { NanTokens = 9 });
        for (var i = 0; i < 2 * ModelHealth.FailuresThatBreak; i++)
        {
            using var caller = new CancellationTokenSource();
            harness.Submit(promptTokens: 9);
            harness.Submit(promptTokens: 5, maxTokens: 50, temperature: 0, cancellation: caller.Token);
            harness.Scheduler.Iterate();
            harness.Scheduler.Iterate();
            caller.Cancel();
            harness.RunToEnd();
        }

        Assert.Empty(harness.Lost);
    }

    [Fact]
    public void Iterate_InteractiveAndBatchWait_InteractiveGoesFirst()
    {
        using var harness = new SchedulerHarness(rows: 1);
        harness.Submit(maxTokens: 2, temperature: 0);
        harness.Scheduler.Iterate();
        var batch = harness.Submit(maxTokens: 2, workClass: WorkClass.Batch);
        var interactive = harness.Submit(maxTokens: 20);
        Assert.Equal(1, harness.Scheduler.Estimate(batch)!.Value.Ahead);
        Assert.Equal(0, harness.Scheduler.Estimate(interactive)!.Value.Ahead);
        Assert.True(harness.Scheduler.Estimate(batch)!.Value.WaitSeconds > 0);
        while (!interactive.Events.TryPeek(out _))
        {
            harness.Scheduler.Iterate();
        }

        Assert.False(batch.Events.TryPeek(out _));
        harness.RunToEnd();
    }

    [Fact]
    public void Iterate_InteractivePromptComesWhileABatchPromptIsComputed_InteractiveIsComputedFirst()
    {
        using var harness = new SchedulerHarness(rows: 2);
        var batch = harness.Submit(promptTokens: 30, workClass: WorkClass.Batch);
        harness.Scheduler.Iterate();
        var interactive = harness.Submit(promptTokens: 60);
        while (!interactive.Events.TryPeek(out _))
        {
            Assert.False(batch.Events.TryPeek(out _));
            harness.Scheduler.Iterate();
        }

        Assert.Equal(2, harness.Scheduler.Running);
        Assert.False(batch.Events.TryPeek(out _));
        harness.RunToEnd();
    }

    [Fact]
    public void Iterate_PromptsOfATenantBeyondItsShare_GoBehindAnothersLongerOne()
    {
        using var harness = new SchedulerHarness(rows: 4);
        var greedy = Enumerable.Range(0, 3).Select(_ => harness.Submit(promptTokens: 20, maxTokens: 64, tenant: "greedy")).ToList();
        var modest = harness.Submit(promptTokens: 60, maxTokens: 64, tenant: "modest");
        while (!modest.Events.TryPeek(out _))
        {
            Assert.DoesNotContain(greedy, job => job.Events.TryPeek(out _));
            harness.Scheduler.Iterate();
        }

        Assert.Equal(4, harness.Scheduler.Running);
        Assert.DoesNotContain(greedy, job => job.Events.TryPeek(out _));
        harness.RunToEnd();
    }

    [Fact]
    public void Iterate_ImageTokenAfterThePrompt_TellsTheEmbeddingFirstAndTheReplyDoesNotSeeIt()
    {
        using var before = new SchedulerHarness(position: ImageTokenPosition.AfterPrompt);
        using var after = new SchedulerHarness(position: ImageTokenPosition.AfterReply);
        var first = before.Submit(seed: 3, maxTokens: 8);
        var second = after.Submit(seed: 3, maxTokens: 8);
        before.RunToEnd();
        after.RunToEnd();
        var events = SchedulerHarness.Events(first);
        Assert.IsType<SemanticEvent>(events[0]);
        Assert.Equal(SchedulerHarness.Tokens(SchedulerHarness.Events(second)), SchedulerHarness.Tokens(events));
    }

    [Fact]
    public void Iterate_EmbeddingOnly_TellsTheEmbeddingAndTheEnd()
    {
        using var harness = new SchedulerHarness(position: ImageTokenPosition.AfterPrompt);
        var job = harness.Submit(embeddingOnly: true);
        harness.RunToEnd();
        Assert.Collection(
            SchedulerHarness.Events(job),
            told => Assert.IsType<SemanticEvent>(told),
            told => Assert.Equal(0, Assert.IsType<FinishedEvent>(told).ReplyTokens));
        Assert.Equal(1, harness.Model.Steps);
    }

    /// <summary>What a reply takes is known when it ends: a key whose replies are longer than the queue expects is charged for what it used.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Iterate_OneKeysRepliesAreLongAndAnothersShort_BothGetTheSameSeconds(int rows)
    {
        using var harness = new SchedulerHarness(rows: rows);
        var used = new Dictionary<string, double> { ["long"] = 0, ["short"] = 0 };
        var tenants = new Dictionary<int, string>();
        harness.Model.OnStep = inputs =>
        {
            harness.Time.Advance(TimeSpan.FromSeconds(0.1));
            foreach (var input in inputs)
            {
                used[tenants[harness.Model.PromptOf(input.Slot)]] += 0.1 / inputs.Length;
            }
        };
        var waiting = new Dictionary<string, int> { ["long"] = 0, ["short"] = 0 };
        var jobs = new List<(string Tenant, ReplyJob Job)>();
        while (used.Values.Sum() < 3000)
        {
            foreach (var (tenant, prompt, tokens) in new[] { ("long", 5, 400), ("short", 6, 10) })
            {
                tenants[prompt] = tenant;
                for (; waiting[tenant] < 8; waiting[tenant]++)
                {
                    jobs.Add((tenant, harness.Submit(promptTokens: prompt, maxTokens: tokens, temperature: 0, tenant: tenant)));
                }
            }

            harness.Scheduler.Iterate();
            foreach (var (tenant, job) in jobs.Where(job => SchedulerHarness.Events(job.Job).Exists(told => told is FinishedEvent)).ToList())
            {
                jobs.Remove((tenant, job));
                waiting[tenant]--;
            }
        }

        Assert.InRange(used["long"] / used["short"], 0.9, 1.1);
    }

    [Fact]
    public async Task DrainAsync_WorkIsThere_CompletesItAndTakesNoMore()
    {
        using var harness = new SchedulerHarness(rows: 1);
        harness.Submit();
        var waiting = harness.Submit();
        var drained = harness.Scheduler.DrainAsync();
        Assert.Equal(RejectionReason.Draining, Assert.Throws<RejectedException>(() => harness.Submit()).Reason);
        Assert.False(drained.IsCompleted);
        harness.RunToEnd();
        await drained;
        Assert.IsType<FinishedEvent>(SchedulerHarness.Events(waiting)[^1]);
    }

    [Fact]
    public async Task RunAsync_LoopFails_EndsEveryJobWhereverItWas()
    {
        using var harness = new SchedulerHarness(rows: 2);
        var running = harness.Submit(maxTokens: 50, temperature: 0);
        harness.Scheduler.Iterate();
        var taken = harness.Submit();
        var waiting = harness.Submit();
        harness.Model.Full = true;
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => harness.Scheduler.RunAsync(CancellationToken.None));
        Assert.Contains("no room", failure.Message, StringComparison.Ordinal);
        foreach (var job in new[] { running, taken, waiting })
        {
            Assert.IsType<NotReadyException>(await SchedulerHarness.Failure(job));
        }

        Assert.Equal((0, 0, 0), (harness.Model.Active, harness.Scheduler.Running, harness.Scheduler.Waiting));
    }

    [Fact]
    public void Iterate_Traced_WaitPromptAndTokensAreSpansOfTheRequestHoweverItEnds()
    {
        using var source = new ActivitySource("cafe.assistant.scheduler-test");
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var harness = new SchedulerHarness(model: new FakeReplyModel(4) { PoisonTokens = 9 }, traces: source);
        using var caller = new CancellationTokenSource();
        var finished = Traced(() => harness.Submit(promptTokens: 20, maxTokens: 3, temperature: 0));
        var cancelled = Traced(() => harness.Submit(promptTokens: 6, maxTokens: 50, temperature: 0, cancellation: caller.Token));
        var failed = Traced(() => harness.Submit(promptTokens: 9, temperature: 0));
        var expired = Traced(() => harness.Submit(deadline: TimeSpan.FromSeconds(1)));
        harness.Time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 12; i++)
        {
            harness.Scheduler.Iterate();
        }

        caller.Cancel();
        harness.RunToEnd();

        // 23 tokens of prompt in chunks of 8; three tokens and [IMG], of which one was computed again after the call that failed.
        Assert.Equal(["assistant.queue", .. Enumerable.Repeat("assistant.prefill", 3), .. Enumerable.Repeat("assistant.step", Steps(finished))], Names(finished));
        Assert.Equal(5, Steps(finished));
        Assert.Equal("assistant.queue", Names(cancelled)[0]);
        Assert.True(Steps(cancelled) > 4);
        Assert.Equal("assistant.queue", Names(failed)[0]);
        foreach (var trace in new[] { finished, failed })
        {
            Assert.Contains(spans, span => span.TraceId == trace && span.Status == ActivityStatusCode.Error && Equals(span.GetTagItem("cafe.rows"), 2));
        }

        Assert.Equal(["assistant.queue"], Names(expired));
        Assert.Null(Activity.Current);

        List<string> Names(ActivityTraceId trace) => [.. spans.Where(span => span.TraceId == trace).Select(span => span.OperationName)];

        int Steps(ActivityTraceId trace) => Names(trace).Count(name => name == "assistant.step");

        static ActivityTraceId Traced(Action submit)
        {
            using var call = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();
            submit();
            return call.TraceId;
        }
    }

    [Fact]
    public async Task RunAsync_Stopped_FailsWhatIsThereAsUnavailable()
    {
        using var harness = new SchedulerHarness(rows: 1);
        using var stopping = new CancellationTokenSource();
        var running = harness.Submit();
        var waiting = harness.Submit();
        harness.Model.OnStep = _ => stopping.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.Scheduler.RunAsync(stopping.Token));
        Assert.IsType<NotReadyException>(await SchedulerHarness.Failure(running));
        Assert.IsType<NotReadyException>(await SchedulerHarness.Failure(waiting));
        Assert.Equal(0, harness.Model.Active);
        Assert.Equal(RejectionReason.Draining, Assert.Throws<RejectedException>(() => harness.Submit()).Reason);
    }
}
