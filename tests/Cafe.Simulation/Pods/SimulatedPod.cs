using Cafe.Scheduling.Queue;
using Cafe.Simulation.Load;

namespace Cafe.Simulation.Pods;

/// <summary>One process of a stage: the stage's own scheduler over a model that only takes time.</summary>
internal abstract class SimulatedPod : IDisposable
{
    /// <summary>Until when its running call lasts, in seconds.</summary>
    public double BusyUntil => Clock.Seconds;

    /// <summary>What the pod exports as cafe_queue_depth.</summary>
    public abstract int QueueDepth { get; }

    /// <summary>Requests begun and not finished.</summary>
    public abstract int Running { get; }

    /// <summary>What it exports as cafe_predicted_wait_seconds.</summary>
    public abstract double PredictedWait { get; }

    protected PodClock Clock { get; } = new();

    /// <summary>Takes a request; false where the queue is full.</summary>
    public bool TrySubmit(SimulatedRequest request, double now)
    {
        var ahead = Clock.Seconds;
        Clock.Seconds = now;
        try
        {
            Submit(request);
            return true;
        }
        catch (RejectedException)
        {
            return false;
        }
        finally
        {
            Clock.Seconds = Math.Max(ahead, now);
        }
    }

    /// <summary>Makes one call, beginning now; false where there is nothing to do.</summary>
    public bool Work(double now)
    {
        Clock.Seconds = now;
        return Call();
    }

    public virtual void Dispose()
    {
    }

    /// <summary>Queues a request.</summary>
    /// <exception cref="RejectedException">The queue is full.</exception>
    protected abstract void Submit(SimulatedRequest request);

    /// <summary>One call of the model.</summary>
    protected abstract bool Call();
}
