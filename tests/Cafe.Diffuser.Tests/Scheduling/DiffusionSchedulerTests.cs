using Cafe.Inference.Diffusion;
using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Scheduling.Queue;
using CsCheck;

namespace Cafe.Diffuser.Tests.Scheduling;

public sealed class DiffusionSchedulerTests
{
    [Fact]
    public void RunOnce_OneRequest_DrawsEveryPictureAndReportsEveryStep()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear, decodeSeconds: 2);
        var (_, events) = harness.Submit(steps: 4, count: 3, mode: GuidanceMode.Joint, previewEvery: 2);

        harness.Run();

        Assert.Equal([0, 1, 2], events.Pictures);
        Assert.Equal(Enumerable.Range(1, 12), events.Progress.Select(progress => progress.Step));
        Assert.All(events.Progress, progress => Assert.Equal(12, progress.Steps));
        Assert.Equal(0, events.Progress[^1].SecondsLeft);
        Assert.Equal([(0, 2), (1, 2), (2, 2)], events.Previews);
        Assert.Equal(24, events.Timings!.Value.UnetRows);
        Assert.Equal((24.0, 6.0), (events.Timings.Value.DenoiseSeconds, events.Timings.Value.DecodeSeconds));
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_RowsAreFree_EverythingSharesEachCall()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        for (var i = 0; i < 4; i++)
        {
            harness.Submit(steps: 5, count: 2, mode: GuidanceMode.Joint);
        }

        harness.Run();

        Assert.Equal(Enumerable.Repeat(16, 5), harness.Engine.Rows);
    }

    [Fact]
    public void RunOnce_RowsCostTheirTime_OnePictureAtATime()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        harness.Submit(steps: 5, count: 2, mode: GuidanceMode.Joint);
        harness.Submit(steps: 5, mode: GuidanceMode.Dual);
        harness.Run();
        Assert.All(harness.Engine.Calls, call => Assert.Single(call));
    }

    [Fact]
    public void RunOnce_ShortRequestComesLater_OvertakesTheLongOneBetweenSteps()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        var (_, longer) = harness.Submit(steps: 50);
        harness.Run(rounds: 10);
        var (_, shorter) = harness.Submit(steps: 4);

        harness.Run(rounds: 4);

        Assert.True(shorter.Ended);
        Assert.Equal(10, longer.Progress[^1].Step);
        harness.Run();
        Assert.Equal([0], longer.Pictures);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_EndlessStreamOfShortRequests_TheLongOneIsNotStarved()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear, queue: options => options.AgeingRate = 0.1);
        var (_, longer) = harness.Submit(steps: 50);
        for (var i = 0; i < 200 && !longer.Ended; i++)
        {
            harness.Submit(steps: 10);
            harness.Run(rounds: 10);
        }

        Assert.True(longer.Ended);
        // Its 50 s of work are overtaken by what is at least 10 s shorter after 500 s of waiting at the latest.
        Assert.InRange(harness.Time.GetUtcNow().ToUnixTimeSeconds() - FakeStart, 50, 700);
    }

    [Fact]
    public void RunOnce_InteractiveAndBatch_InteractiveFirstAndBatchNotStarved()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear, queue: options => options.BatchAgeingSeconds = 100);
        var (_, batch) = harness.Submit(steps: 4, workClass: WorkClass.Batch);
        for (var i = 0; i < 5; i++)
        {
            harness.Submit(steps: 10);
            harness.Run(rounds: 10);
            Assert.Null(batch.Waited);
        }

        for (var i = 0; i < 20 && !batch.Ended; i++)
        {
            harness.Submit(steps: 10);
            harness.Run(rounds: 10);
        }

        Assert.True(batch.Ended);
    }

    [Fact]
    public void RunOnce_BatchRowsAreFree_TheyFillInteractiveCalls()
    {
        var harness = new SchedulerHarness(rows => rows <= 4 ? 1 : rows);
        harness.Submit(steps: 5, count: 2);
        var (_, batch) = harness.Submit(steps: 5, count: 2, workClass: WorkClass.Batch);
        harness.Run(rounds: 5);
        // Their progress counts a hundredth, so they join only where a row costs nothing; then they do.
        Assert.All(harness.Engine.Rows, rows => Assert.True(rows >= 2));
        harness.Run();
        Assert.True(batch.Ended);
    }

    [Fact]
    public void RunOnce_LoudAndQuietTenant_GetTheSameService()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear, queue: options => (options.Capacity, options.TenantSlackSeconds) = (200, 5));
        var loud = Enumerable.Range(0, 60).Select(_ => harness.Submit(steps: 4, tenant: "loud").Events).ToList();
        var quiet = Enumerable.Range(0, 10).Select(_ => harness.Submit(steps: 6, tenant: "quiet").Events).ToList();

        harness.Run(rounds: 100);

        // Shortest first alone would finish 25 loud ones and none of the quiet.
        Assert.InRange(quiet.Count(events => events.Ended), 6, 9);
        Assert.InRange(loud.Count(events => events.Ended), 10, 15);
    }

    [Fact]
    public void RunOnce_TwoSizes_BothProgress()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        var requests = Enumerable.Range(0, 12).Select(i => harness.Submit(steps: 10, size: i % 2 == 0 ? 64 : 128).Events).ToList();
        harness.Run();
        Assert.All(requests, events => Assert.Equal([0], events.Pictures));
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_RareSizeAmongAStreamOfAnother_IsServed()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        var (_, rare) = harness.Submit(steps: 10, size: 128);
        for (var i = 0; i < 1_000 && !rare.Ended; i++)
        {
            harness.Submit(steps: 4);
            harness.Run(rounds: 1);
        }

        Assert.True(rare.Ended);
    }

    [Fact]
    public void RunOnce_GuidanceInterval_RowsLeaveAndTheRoomIsUsed()
    {
        // Four rows are free, the fifth isn't: outside its interval a guided request leaves room for another picture.
        var harness = new SchedulerHarness(rows => rows <= 4 ? 1 : 100);
        harness.Submit(steps: 8, count: 4, mode: GuidanceMode.Joint, interval: (0.25, 0.75));
        harness.Run();
        Assert.All(harness.Engine.Rows, rows => Assert.True(rows <= 4));
        Assert.Equal(4 * (8 + 4), harness.Engine.Rows.Sum());
        Assert.Contains(harness.Engine.Calls, call => call.Count == 4);
        Assert.Contains(harness.Engine.Calls, call => call.Count == 2);
    }

    [Fact]
    public void RunOnce_MoreThanMayBeActive_OthersWait()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat, maxActive: 2);
        for (var i = 0; i < 5; i++)
        {
            harness.Submit(steps: 4);
        }

        harness.Run(rounds: 1);
        Assert.Equal((2, 3, 2), (harness.Scheduler.Active, harness.Scheduler.Waiting, harness.Engine.LiveConditions));
        harness.Run();
        harness.AssertIdle();
    }

    [Fact]
    public void Submit_TenTimesOverload_RejectsAtOnceAndServesAtFullSpeed()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear, queue: options => options.Capacity = 8);
        var (accepted, rejected) = (new List<RecordedEvents>(), 0);
        for (var step = 0; step < 1_000; step++)
        {
            try
            {
                accepted.Add(harness.Submit(steps: 4).Events); // 4 s of work for each second
            }
            catch (RejectedException rejection)
            {
                rejected++;
                Assert.InRange(rejection.RetryAfter.TotalSeconds, 1, 30);
            }

            harness.Run(rounds: 1);
            Assert.True(harness.Scheduler.Waiting <= 8);
        }

        Assert.Equal(250, accepted.Count(events => events.Ended));
        Assert.True(rejected > 700);
        Assert.Equal(rejected, harness.Observer.RejectedCount);
    }

    [Fact]
    public void Withdraw_Waiting_LeavesAtOnce()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        using var cancel = new CancellationTokenSource();
        var (job, events) = harness.Submit(steps: 4, cancellation: cancel.Token);
        cancel.Cancel();
        harness.Scheduler.Withdraw(job);
        Assert.IsType<OperationCanceledException>(events.Error);
        Assert.False(harness.Scheduler.RunOnce());
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_CancelledDuringAStepAlone_TheStepEndsEarly()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        using var cancel = new CancellationTokenSource();
        var (_, events) = harness.Submit(steps: 4, cancellation: cancel.Token);
        harness.Run(rounds: 2);
        harness.Engine.BeforeStep = _ => cancel.Cancel();
        harness.Run();
        Assert.IsType<OperationCanceledException>(events.Error);
        Assert.Equal(2, harness.Engine.Calls.Count);
        Assert.Empty(harness.Observer.Failures);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_CancelAtRandomMoments_LeavesNothingAndMakesAtMostOneFurtherStep()
    {
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[0, 40], Gen.Bool).Array[1, 12].Sample(
            requests =>
            {
                var harness = new SchedulerHarness(rows => 1 + (0.3 * rows), maxActive: 4, queue: options => options.Capacity = 6);
                var sent = new List<(RecordedEvents Events, CancellationTokenSource Cancel, int At)>();
                var round = 0;
                harness.Engine.BeforeStep = _ => sent.Where(request => request.At == round).ToList().ForEach(request => request.Cancel.Cancel());
                foreach (var (steps, count, mode, at, large) in requests)
                {
                    var cancel = new CancellationTokenSource();
                    try
                    {
                        var (job, events) = harness.Submit(steps, count, (GuidanceMode)mode, size: large ? 128 : 64, cancellation: cancel.Token);
                        cancel.Token.Register(() => harness.Scheduler.Withdraw(job));
                        sent.Add((events, cancel, at));
                    }
                    catch (RejectedException)
                    {
                        Assert.Equal(6, harness.Scheduler.Waiting);
                    }

                    harness.Run(rounds: 1);
                    round++;
                }

                while (harness.Scheduler.RunOnce())
                {
                    round++;
                }

                harness.AssertIdle();
                Assert.All(sent, request => Assert.True(request.Events.Ended));
                Assert.All(harness.Observer.CancelledSteps, steps => Assert.InRange(steps, 0, 1));
                Assert.Empty(harness.Observer.Failures);
            },
            iter: 200);
    }

    [Fact]
    public void RunOnce_DeadlinePassesInTheQueueAndInTheWork_BothEnd()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        var (_, running) = harness.Submit(steps: 20, deadline: 5);
        harness.Run(rounds: 1);
        var (_, waiting) = harness.Submit(steps: 30, deadline: 3);
        harness.Run();
        Assert.IsType<TimeoutException>(running.Error);
        Assert.Equal(5, running.Progress.Count);
        Assert.IsType<TimeoutException>(waiting.Error);
        Assert.Empty(waiting.Progress);
        Assert.Equal((1, 1), (harness.Observer.ExpiredInQueue, harness.Observer.ExpiredInWork));
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_CancelledWhileItsPicturesAreDecoded_DecodesNoOther()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat, decodeSeconds: 2);
        using var cancel = new CancellationTokenSource();
        var (_, leaving) = harness.Submit(steps: 4, count: 3, cancellation: cancel.Token);
        harness.Run(rounds: 3);
        harness.Engine.OnDecode = cancel.Cancel;
        harness.Run(rounds: 1);
        Assert.Equal(1, harness.Engine.Decoded);
        Assert.Equal([0], leaving.Pictures);
        Assert.IsType<OperationCanceledException>(leaving.Error);
        Assert.Equal([0], harness.Observer.CancelledSteps);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_DeadlinePassesWhileOthersAreDecoded_DecodesNothingForIt()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat, decodeSeconds: 2);
        var (_, patient) = harness.Submit(steps: 4);
        var (_, late) = harness.Submit(steps: 4, count: 2, deadline: 5);
        harness.Run();
        Assert.Equal([0], patient.Pictures);
        Assert.IsType<TimeoutException>(late.Error);
        Assert.Empty(late.Pictures);
        Assert.Equal((1, 1), (harness.Engine.Decoded, harness.Observer.ExpiredInWork));
        harness.AssertIdle();
    }

    [Fact]
    public void Withdraw_DeadlineHasPassed_IsExpiredAndNotCancelled()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        using var call = new CancellationTokenSource();
        var (job, events) = harness.Submit(steps: 4, deadline: 1, cancellation: call.Token);
        harness.Time.Advance(TimeSpan.FromSeconds(2));
        call.Cancel();
        harness.Scheduler.Withdraw(job);
        Assert.IsType<TimeoutException>(events.Error);
        Assert.Equal(1, harness.Observer.ExpiredInQueue);
        Assert.Empty(harness.Observer.CancelledSteps);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_OneGivesNaN_FailsAloneAndTheOthersGoOn()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        harness.Engine.Failure = drawing => drawing.Seed == 7 && drawing.Step == 2 ? new ModelOutputException("NaN") : null;
        var (_, healthy) = harness.Submit(steps: 4);
        var (_, broken) = harness.Submit(steps: 4, count: 2, seed: 7);
        harness.Run();
        Assert.Equal([0], healthy.Pictures);
        Assert.IsType<ModelOutputException>(broken.Error);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_DeviceMemoryIsFull_CallsGetSmallerAndAllIsDrawn()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        harness.Engine.BeforeStep = drawings =>
        {
            if (drawings.Sum(drawing => drawing.Terms.Count) > 4)
            {
                throw new DeviceMemoryException("full", new InvalidOperationException());
            }
        };
        var requests = Enumerable.Range(0, 6).Select(_ => harness.Submit(steps: 4, mode: GuidanceMode.Joint).Events).ToList();
        harness.Run();
        Assert.All(requests, events => Assert.Equal([0], events.Pictures));
        Assert.Equal(2, harness.Observer.BatchFailures.Count);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_DeviceMemoryHoldsNotEvenOnePicture_FailsThatRequestOnly()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        harness.Engine.BeforeStep = drawings =>
        {
            if (drawings[0].Plan.Width > 64)
            {
                throw new DeviceMemoryException("full", new InvalidOperationException());
            }
        };
        var (_, large) = harness.Submit(steps: 4, size: 128);
        var (_, small) = harness.Submit(steps: 4);
        harness.Run();
        Assert.IsType<DeviceMemoryException>(large.Error);
        Assert.Equal([0], small.Pictures);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_PreviewDoesNotComeFromTheDevice_FailsThatRequestOnly()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        harness.Engine.OnDenoised = drawing =>
        {
            if (drawing.Seed == 13)
            {
                throw new DeviceMemoryException("full", new InvalidOperationException());
            }
        };
        var (_, broken) = harness.Submit(steps: 4, previewEvery: 2, seed: 13);
        var (_, healthy) = harness.Submit(steps: 4, previewEvery: 2, seed: 14);
        harness.Run();
        Assert.IsType<DeviceMemoryException>(broken.Error);
        Assert.Equal([(0, 2)], healthy.Previews);
        Assert.Equal([0], healthy.Pictures);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_CallFailsWithoutAName_TheGuiltyOneIsFoundAndTheOthersAreDrawn()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        harness.Engine.BeforeStep = drawings =>
        {
            if (drawings.Any(drawing => drawing.Seed == 13))
            {
                throw new InvalidOperationException("somewhere in the runtime");
            }
        };
        var innocent = Enumerable.Range(0, 4).Select(_ => harness.Submit(steps: 4).Events).ToList();
        var (_, guilty) = harness.Submit(steps: 4, seed: 13);
        harness.Run();
        Assert.IsType<InvalidOperationException>(guilty.Error);
        Assert.Equal(["request-13"], harness.Observer.FailedRequests);
        Assert.Contains("request-13", Assert.Single(harness.Observer.BatchFailures));
        Assert.All(innocent, events => Assert.Equal([0], events.Pictures));
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_StepsFailAndConditionsWork_TheModelCountsAsLost()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        harness.Engine.BeforeStep = _ => throw new InvalidOperationException("device lost");
        for (var i = 0; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Empty(harness.Lost);
            harness.Submit(steps: 4);
            harness.Run();
        }

        Assert.Single(harness.Lost);
        harness.AssertIdle();
    }

    [Fact]
    public void RunOnce_ManyGiveNaNOrLeave_TheModelDoesNotCountAsLost()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Flat);
        harness.Engine.Failure = drawing => drawing.Seed == 7 ? new ModelOutputException("NaN") : null;
        for (var i = 0; i < 2 * ModelHealth.FailuresThatBreak; i++)
        {
            using var caller = new CancellationTokenSource();
            harness.Submit(steps: 4, seed: 7);
            harness.Submit(steps: 4, cancellation: caller.Token);
            harness.Run(rounds: 1);
            caller.Cancel();
            harness.Run();
        }

        Assert.Empty(harness.Lost);
        Assert.Equal(2 * ModelHealth.FailuresThatBreak, harness.Observer.Failures.Count);
        harness.AssertIdle();
    }

    [Fact]
    public async Task DrainAsync_WorkLeft_FinishesItAndTakesNoMore()
    {
        var harness = new SchedulerHarness(SchedulerHarness.Linear);
        var (_, events) = harness.Submit(steps: 4);
        harness.Run(rounds: 1);
        var drained = harness.Scheduler.DrainAsync();
        Assert.Throws<RejectedException>(() => harness.Submit(steps: 4));
        harness.Run();
        await drained.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0], events.Pictures);
    }

    [Fact]
    public void RunOnce_CallsAreMostlyFixedCost_LongRequestsShareThoseOfShortOnes()
    {
        // Held back until the short one is done, the long one would make four calls more, and nobody would be served sooner for long.
        var harness = new SchedulerHarness(rows => 10 + rows);
        harness.Submit(steps: 4);
        harness.Submit(steps: 50);
        harness.Run();
        Assert.Equal([2, 2, 2, 2], harness.Engine.Rows.Take(4));
        Assert.Equal(50, harness.Engine.Rows.Count);
    }

    [Fact]
    public void RunOnce_MixedWorkAtEightyPercentLoad_MeanLatencyBeatsOneAtATime()
    {
        // Poisson arrivals, 4 to 50 steps, 1 to 4 pictures; the device gains nothing from rows, so order alone decides: serving the
        // least remaining work without any ageing, which is optimal, comes to 0.62 of one at a time.
        var random = new Random(11);
        var requests = Enumerable.Range(0, 250).Select(_ => (Steps: random.Next(4, 51), Count: random.Next(1, 5))).ToList();
        var load = requests.Average(request => request.Steps * request.Count) / 0.8;
        var arrivals = new List<double>();
        var at = 0.0;
        foreach (var _ in requests)
        {
            arrivals.Add(at += -Math.Log(1 - random.NextDouble()) * load);
        }

        var harness = new SchedulerHarness(SchedulerHarness.Linear, queue: options => (options.Capacity, options.AgeingRate) = (1_000, 0.02));
        var started = harness.Time.GetUtcNow();
        double Now() => (harness.Time.GetUtcNow() - started).TotalSeconds;
        var (open, latencies, next) = (new List<(RecordedEvents Events, double Arrived)>(), new List<double>(), 0);
        while (latencies.Count < requests.Count)
        {
            for (; next < requests.Count && arrivals[next] <= Now(); next++)
            {
                open.Add((harness.Submit(requests[next].Steps, requests[next].Count).Events, arrivals[next]));
            }

            if (!harness.Scheduler.RunOnce())
            {
                harness.Time.Advance(TimeSpan.FromSeconds(Math.Max(arrivals[next] - Now(), 1e-3)));
            }

            latencies.AddRange(open.Where(request => request.Events.Ended).Select(request => Now() - request.Arrived));
            open.RemoveAll(request => request.Events.Ended);
        }

        var (free, first) = (0.0, 0.0);
        for (var i = 0; i < requests.Count; i++)
        {
            free = Math.Max(free, arrivals[i]) + (requests[i].Steps * requests[i].Count);
            first += free - arrivals[i];
        }

        Assert.True(latencies.Average() < 0.7 * first / requests.Count, $"{latencies.Average()} against {first / requests.Count}");
    }

    private static readonly long FakeStart = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
}
