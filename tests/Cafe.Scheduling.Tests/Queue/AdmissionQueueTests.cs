using Cafe.Scheduling.Queue;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Cafe.Scheduling.Tests.Queue;

public sealed class AdmissionQueueTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Enqueue_FullQueue_RejectsAtOnceWithADelay()
    {
        var queue = Create(options => options.Capacity = 2);
        queue.Enqueue("a", "", WorkClass.Interactive, 4);
        queue.Enqueue("b", "", WorkClass.Interactive, 4);

        var rejected = Assert.Throws<RejectedException>(() => queue.Enqueue("c", "", WorkClass.Interactive, 1));

        Assert.Equal(RejectionReason.QueueFull, rejected.Reason);
        Assert.Equal(TimeSpan.FromSeconds(4), rejected.RetryAfter);
        Assert.Equal(2, queue.Waiting);
    }

    [Fact]
    public void Enqueue_BatchWorkFillsTheQueue_InteractiveTakesTheLastBatchPlace()
    {
        var queue = Create(options => options.Capacity = 2);
        RejectedException? told = null;
        queue.Enqueue("first", "", WorkClass.Batch, 1, displaced: _ => Assert.Fail("Not this one."));
        queue.Enqueue("second", "", WorkClass.Batch, 1, displaced: rejection => told = rejection);

        queue.Enqueue("urgent", "", WorkClass.Interactive, 1);

        Assert.Equal(RejectionReason.Displaced, told?.Reason);
        Assert.Equal(["urgent", "first"], TakeAll(queue));
    }

    [Fact]
    public void Raise_BatchWorkThatSomeoneElseWaitsFor_GoesFirstAndKeepsItsPlace()
    {
        var queue = Create(options => options.Capacity = 2);
        var displaced = new List<string>();
        queue.Enqueue("first", "", WorkClass.Batch, 1, displaced: _ => displaced.Add("first"));
        var shared = queue.Enqueue("shared", "", WorkClass.Batch, 1, displaced: _ => displaced.Add("shared"));

        queue.Raise(shared, WorkClass.Interactive);
        queue.Raise(shared, WorkClass.Batch);
        queue.Enqueue("urgent", "", WorkClass.Interactive, 1);

        Assert.Equal(["first"], displaced);
        Assert.Equal(["shared", "urgent"], TakeAll(queue));
    }

    [Fact]
    public void First_OfRequestsThatRun_IsTheOneThatWouldBeTakenFirst()
    {
        var queue = Create(_ => { });
        queue.Enqueue("batch", "", WorkClass.Batch, 1);
        Assert.True(queue.TryTake(out var batch));
        queue.Enqueue("long", "", WorkClass.Interactive, 9);
        Assert.True(queue.TryTake(out var longer));
        queue.Enqueue("short", "", WorkClass.Interactive, 2);
        Assert.True(queue.TryTake(out var shorter));

        Assert.Equal("short", queue.First([batch, longer, shorter])!.Work);
        shorter.CostSeconds = 10;
        Assert.Equal("long", queue.First([batch, longer, shorter])!.Work);
        Assert.Null(queue.First([]));
    }

    [Fact]
    public void Enqueue_OneTenantFillsTheQueue_AnotherTenantGetsItsPlaces()
    {
        var queue = Create(options => options.Capacity = 6);
        var displaced = 0;
        for (var i = 0; i < 6; i++)
        {
            queue.Enqueue("greedy", "greedy", WorkClass.Interactive, 1, displaced: _ => displaced++);
        }

        for (var i = 0; i < 3; i++)
        {
            queue.Enqueue("modest", "modest", WorkClass.Interactive, 1, displaced: _ => displaced++);
        }

        Assert.Equal(3, displaced);
        Assert.Throws<RejectedException>(() => queue.Enqueue("modest", "modest", WorkClass.Interactive, 1));
        Assert.Equal(3, TakeAll(queue).Count(work => work == "modest"));
    }

    [Fact]
    public void TryTake_BothClassesWait_InteractiveFirst()
    {
        var queue = Create();
        queue.Enqueue("batch", "", WorkClass.Batch, 1);
        queue.Enqueue("interactive", "", WorkClass.Interactive, 9);

        Assert.Equal(["interactive", "batch"], TakeAll(queue));
    }

    [Fact]
    public void TryTake_BatchWorkWaitedLong_CountsAsInteractive()
    {
        var queue = Create(options => options.BatchAgeingSeconds = 60);
        queue.Enqueue("batch", "", WorkClass.Batch, 1);
        _time.Advance(TimeSpan.FromSeconds(60));
        queue.Enqueue("interactive", "", WorkClass.Interactive, 1);

        Assert.Equal(["batch", "interactive"], TakeAll(queue));
    }

    [Fact]
    public void TryTake_LongRequestAmongAnEndlessStreamOfShortOnes_IsServedWithinItsAgeing()
    {
        var queue = Create(options => options.AgeingRate = 0.1);
        queue.Enqueue("long", "", WorkClass.Interactive, 20);
        for (var second = 0; second < 400; second++)
        {
            queue.Enqueue("short", "", WorkClass.Interactive, 1);
            Assert.True(queue.TryTake(out var taken));
            queue.Complete(taken);
            if (taken.Work == "long")
            {
                Assert.InRange(second, 100, 200);
                return;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Fail("The long request starved.");
    }

    [Fact]
    public void TryTake_OneTenantSendsTenTimesAsMuch_BothGetTheSameService()
    {
        var queue = Create(options => (options.Capacity, options.TenantSlackSeconds) = (1_000, 2));
        for (var i = 0; i < 500; i++)
        {
            queue.Enqueue("loud", "loud", WorkClass.Interactive, 1);
        }

        for (var i = 0; i < 50; i++)
        {
            queue.Enqueue("quiet", "quiet", WorkClass.Interactive, 1);
        }

        var served = new List<string>();
        while (served.Count < 90 && queue.TryTake(out var item))
        {
            served.Add(item.Work);
            queue.Complete(item);
        }

        Assert.InRange(served.Count(work => work == "quiet"), 42, 48);
    }

    [Fact]
    public void TryTake_TenantReturnsAfterAPause_HasNoClaimFromItsIdleness()
    {
        var queue = Create(options => (options.Capacity, options.TenantSlackSeconds) = (1_000, 2));
        for (var i = 0; i < 200; i++)
        {
            queue.Enqueue("steady", "steady", WorkClass.Interactive, 1);
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.True(queue.TryTake(out var item));
            queue.Complete(item);
        }

        for (var i = 0; i < 50; i++)
        {
            queue.Enqueue("late", "late", WorkClass.Interactive, 1);
        }

        var late = 0;
        for (var i = 0; i < 40; i++)
        {
            Assert.True(queue.TryTake(out var item));
            late += item.Work == "late" ? 1 : 0;
            queue.Complete(item);
        }

        Assert.InRange(late, 17, 23);
    }

    [Fact]
    public void RemoveExpired_DeadlinePassedInTheQueue_ReturnsItOnce()
    {
        var queue = Create();
        var item = queue.Enqueue("late", "", WorkClass.Interactive, 1, _time.GetUtcNow().AddSeconds(5));
        queue.Enqueue("patient", "", WorkClass.Interactive, 1);
        Assert.Empty(queue.RemoveExpired());

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Same(item, Assert.Single(queue.RemoveExpired()));
        Assert.Empty(queue.RemoveExpired());
        Assert.Equal(["patient"], TakeAll(queue));
    }

    [Fact]
    public void Estimate_OthersAhead_CountsThemAndTheirWork()
    {
        var queue = Create();
        queue.Enqueue("short", "", WorkClass.Interactive, 2);
        var longer = queue.Enqueue("longer", "", WorkClass.Interactive, 6);
        queue.Enqueue("batch", "", WorkClass.Batch, 1);

        Assert.Equal(new WaitEstimate(1, 2), queue.Estimate(longer));

        Assert.True(queue.TryTake(out var running));
        Assert.Equal(new WaitEstimate(0, 2), queue.Estimate(longer));
        queue.Complete(running);
        Assert.Equal(new WaitEstimate(0, 0), queue.Estimate(longer));
        Assert.Equal(7, queue.PredictedWaitSeconds);
        Assert.True(queue.Remove(longer));
        Assert.Null(queue.Estimate(longer));
    }

    [Fact]
    public void PredictedWait_DeviceGainsFromBatches_FollowsTheObservedSpeed()
    {
        var queue = Create();
        queue.Enqueue("work", "", WorkClass.Interactive, 8);
        for (var i = 0; i < 200; i++)
        {
            queue.ObserveSpeed(workSeconds: 4, elapsedSeconds: 1);
        }

        Assert.Equal(2, queue.PredictedWaitSeconds, 0.01);
    }

    [Fact]
    public async Task DrainAsync_WorkWaitsAndRuns_TakesNoMoreAndCompletesAfterTheLast()
    {
        var queue = Create();
        queue.Enqueue("running", "", WorkClass.Interactive, 1);
        Assert.True(queue.TryTake(out var running));
        var waiting = queue.Enqueue("waiting", "", WorkClass.Interactive, 1);

        var drained = queue.DrainAsync();

        Assert.Equal(
            RejectionReason.Draining,
            Assert.Throws<RejectedException>(() => queue.Enqueue("new", "", WorkClass.Interactive, 1)).Reason);
        queue.Complete(running);
        Assert.False(drained.IsCompleted);
        Assert.True(queue.Take(waiting));
        queue.Complete(waiting);
        await drained.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitForWorkAsync_ItemArrivesLater_Completes()
    {
        var queue = Create();
        for (var round = 0; round < 3; round++)
        {
            var wait = queue.WaitForWorkAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(wait.IsCompleted);
            queue.Enqueue("work", "", WorkClass.Interactive, 1);
            await wait;
            Assert.True(queue.TryTake(out var item));
            queue.Complete(item);
        }
    }

    [Fact]
    public async Task WaitForWorkAsync_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var wait = Create().WaitForWorkAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    /// <summary>Whatever happens in whatever order, no request is lost, served twice or left behind.</summary>
    [Fact]
    public void AnyOperations_RandomOrder_NothingIsLostOrServedTwice()
    {
        Gen.Int[0, 5].Select(Gen.Int[0, 3], Gen.Int[0, 20]).List[0, 200].Sample(
            operations =>
            {
                var queue = Create(options => options.Capacity = 8);
                var (entered, ended) = (new HashSet<WorkItem<string>>(), new HashSet<WorkItem<string>>());
                var (running, displaced) = (new List<WorkItem<string>>(), 0);
                foreach (var (operation, tenant, number) in operations)
                {
                    switch (operation)
                    {
                        case 0 or 1:
                            try
                            {
                                entered.Add(queue.Enqueue(
                                    "", tenant.ToString(), (WorkClass)(number % 2), number, _time.GetUtcNow().AddSeconds(number), _ => displaced++));
                            }
                            catch (RejectedException)
                            {
                                Assert.True(queue.Waiting >= 8);
                            }

                            break;
                        case 2 when queue.TryTake(out var taken):
                            running.Add(taken);
                            break;
                        case 3 when running.Count > 0:
                            var done = running[number % running.Count];
                            queue.Complete(done);
                            queue.Complete(done);
                            running.Remove(done);
                            Assert.True(ended.Add(done));
                            break;
                        case 4 when entered.Count > 0:
                            var some = entered.ElementAt(number % entered.Count);
                            Assert.True(!queue.Remove(some) || ended.Add(some));
                            break;
                        case 5:
                            _time.Advance(TimeSpan.FromSeconds(number / 4.0));
                            queue.RemoveExpired().ForEach(late => Assert.True(ended.Add(late)));
                            break;
                    }

                    Assert.True(queue.Waiting <= 8);
                    Assert.Equal(running.Count, queue.Running);
                    Assert.Equal(entered.Count, queue.Waiting + queue.Running + ended.Count + displaced);
                }

                var drained = queue.DrainAsync();
                running.ForEach(queue.Complete);
                while (queue.TryTake(out var item))
                {
                    queue.Complete(item);
                }

                Assert.True(drained.IsCompleted);
            },
            iter: 200);
    }

    [Fact]
    public void Constructor_OptionOutOfRange_NamesIt()
    {
        var error = Assert.ThrowsAny<Exception>(() => Create(options => options.Capacity = 0));
        Assert.Contains("Capacity", error.Message);
    }

    private static List<string> TakeAll(AdmissionQueue<string> queue)
    {
        var works = new List<string>();
        while (queue.TryTake(out var item))
        {
            works.Add(item.Work);
        }

        return works;
    }

    private AdmissionQueue<string> Create(Action<QueueOptions>? configure = null)
    {
        var options = new QueueOptions();
        configure?.Invoke(options);
        return new AdmissionQueue<string>(options, _time);
    }
}
