using Cafe.Diffuser.Scheduling;
using Cafe.Scheduling.Queue;

namespace Cafe.Diffuser.Tests.Scheduling;

/// <summary>Keeps what a request was told.</summary>
internal sealed class RecordedEvents : IDrawingEvents
{
    public TimeSpan? Waited { get; private set; }

    public List<DrawingProgress> Progress { get; } = [];

    public List<(int Index, int Step)> Previews { get; } = [];

    public List<int> Pictures { get; } = [];

    public DrawingTimings? Timings { get; private set; }

    public Exception? Error { get; private set; }

    public bool Ended => Timings is not null || Error is not null;

    public void Started(TimeSpan waited)
    {
        Assert.Null(Waited);
        Waited = waited;
    }

    public void Progressed(DrawingProgress progress)
    {
        Assert.False(Ended);
        Progress.Add(progress);
    }

    public void Previewed(int index, int step, float[] latents) => Previews.Add((index, step));

    public void Drawn(int index, float[] pixels)
    {
        Assert.DoesNotContain(index, Pictures);
        Pictures.Add(index);
    }

    public void Completed(DrawingTimings timings)
    {
        Assert.False(Ended);
        Timings = timings;
    }

    public void Failed(Exception error)
    {
        Assert.False(Ended);
        Error = error;
    }
}

/// <summary>Counts what the scheduler reports.</summary>
internal sealed class CountingObserver : ISchedulerObserver
{
    public int Steps { get; private set; }

    public int RejectedCount { get; private set; }

    public List<int> CancelledSteps { get; } = [];

    public int ExpiredInQueue { get; private set; }

    public int ExpiredInWork { get; private set; }

    public List<Exception> Failures { get; } = [];

    public List<string> FailedRequests { get; } = [];

    public List<IReadOnlyList<string>> BatchFailures { get; } = [];

    public void Waited(TimeSpan wait) => Assert.True(wait >= TimeSpan.Zero);

    public void Stepped(Shape shape, int rows, TimeSpan elapsed) => Steps++;

    public void Decoded(TimeSpan elapsed) => Assert.True(elapsed >= TimeSpan.Zero);

    public void Rejected(RejectionReason reason) => RejectedCount++;

    public void Cancelled(int stepsAfter) => CancelledSteps.Add(stepsAfter);

    public void Expired(bool begun) => (ExpiredInQueue, ExpiredInWork) = (ExpiredInQueue + (begun ? 0 : 1), ExpiredInWork + (begun ? 1 : 0));

    public void Failed(Exception error, string requestId)
    {
        Failures.Add(error);
        FailedRequests.Add(requestId);
    }

    public void BatchFailed(Exception error, IReadOnlyList<string> requestIds) => BatchFailures.Add(requestIds);
}
