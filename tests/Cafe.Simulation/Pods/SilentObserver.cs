using Cafe.Diffuser.Scheduling;
using Cafe.Scheduling.Queue;

namespace Cafe.Simulation.Pods;

/// <summary>Does not care what the diffuser's scheduler does.</summary>
internal sealed class SilentObserver : ISchedulerObserver
{
    public void Waited(TimeSpan wait)
    {
    }

    public void Stepped(Shape shape, int rows, TimeSpan elapsed)
    {
    }

    public void Decoded(TimeSpan elapsed)
    {
    }

    public void Rejected(RejectionReason reason)
    {
    }

    public void Cancelled(int stepsAfter)
    {
    }

    public void Expired(bool begun)
    {
    }

    public void Failed(Exception error, string requestId)
    {
    }

    public void BatchFailed(Exception error, IReadOnlyList<string> requestIds)
    {
    }
}
