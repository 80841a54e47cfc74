using Cafe.Inference.Sessions;

namespace Cafe.Simulation.Pods;

/// <summary>The health of a device that never fails.</summary>
internal static class SimulatedHealth
{
    public static ModelHealth Sound() => new(reason => throw new InvalidOperationException($"A simulated device was lost: {reason}"));
}
