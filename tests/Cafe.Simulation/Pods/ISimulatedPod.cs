using Cafe.Simulation.Load;

namespace Cafe.Simulation.Pods;

/// <summary>One process of a stage: the stage's own scheduler over a model that only takes time.</summary>
internal interface ISimulatedPod : IDisposable
{
    /// <summary>Until when its running call lasts, in seconds.</summary>
    double BusyUntil { get; }

    /// <summary>What the pod exports as cafe_queue_depth.</summary>
    int QueueDepth { get; }

    /// <summary>Requests begun and not finished.</summary>
    int Running { get; }

    /// <summary>What it exports as cafe_predicted_wait_seconds.</summary>
    double PredictedWait { get; }

    /// <summary>Takes a request; false where the queue is full.</summary>
    bool TrySubmit(SimulatedRequest request, double now);

    /// <summary>Makes one call, beginning now; false where there is nothing to do.</summary>
    bool Work(double now);
}
