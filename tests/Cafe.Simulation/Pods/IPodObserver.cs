using Cafe.Simulation.Load;

namespace Cafe.Simulation.Pods;

/// <summary>Told what becomes of requests.</summary>
internal interface IPodObserver
{
    /// <summary>Its work began.</summary>
    void Started(SimulatedRequest request, double at);

    /// <summary>All its work is done.</summary>
    void Finished(SimulatedRequest request, double at);

    /// <summary>It lost its place to a better claim.</summary>
    void Displaced(SimulatedRequest request);
}
