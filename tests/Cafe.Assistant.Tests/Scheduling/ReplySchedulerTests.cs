using Cafe.Assistant.Replies;
using Cafe.Assistant.Scheduling;
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
