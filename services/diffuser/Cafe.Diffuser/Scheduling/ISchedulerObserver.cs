using Cafe.Scheduling.Queue;

namespace Cafe.Diffuser.Scheduling;

/// <summary>Told what the scheduler does: metrics, and tests.</summary>
public interface ISchedulerObserver
{
    /// <summary>A request began.</summary>
    void Waited(TimeSpan wait);

    /// <summary>A UNet call was made.</summary>
    void Stepped(Shape shape, int rows, TimeSpan elapsed);

    /// <summary>A picture was decoded.</summary>
    void Decoded(TimeSpan elapsed);

    /// <summary>A request was not taken, or lost its place.</summary>
    void Rejected(RejectionReason reason);

    /// <summary>A caller left.</summary>
    /// <param name="stepsAfter">UNet calls that began with the request after that: 0, or 1 where it happened meanwhile.</param>
    void Cancelled(int stepsAfter);

    /// <summary>A deadline passed.</summary>
    /// <param name="begun">In the work; false: in the queue.</param>
    void Expired(bool begun);

    /// <summary>A request failed in the model.</summary>
    /// <param name="error">Why.</param>
    /// <param name="requestId">The request's id.</param>
    void Failed(Exception error, string requestId);

    /// <summary>A call failed; smaller ones are tried.</summary>
    /// <param name="error">Why.</param>
    /// <param name="requestIds">The ids of the requests that shared it.</param>
    void BatchFailed(Exception error, IReadOnlyList<string> requestIds);
}
