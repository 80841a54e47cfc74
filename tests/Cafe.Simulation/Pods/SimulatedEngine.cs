using Cafe.Inference.Diffusion;
using Cafe.Scheduling.Steps;

namespace Cafe.Simulation.Pods;

/// <summary>A UNet and a decoder that take the time of a table and draw nothing.</summary>
internal sealed class SimulatedEngine(PodClock clock, StepTimes steps, double decodeSeconds, int maxRows) : IDiffusionEngine
{
    private const int LatentElements = 1;
    private static readonly float[] Pixels = new float[1];

    public int MaxRows => maxRows;

    public IConditions Condition(float[]? semantic, float[]? subject) => new NoConditions();

    public Drawing Begin(DrawingPlan plan, IConditions conditions, ulong seed) => new(plan, conditions, seed, LatentElements);

    public void Step(IReadOnlyList<Drawing> drawings, Span<Exception?> failures, CancellationToken cancellation = default)
    {
        clock.Seconds += steps[drawings.Sum(drawing => drawing.Terms.Count)];
        foreach (var drawing in drawings)
        {
            drawing.Advance(new float[LatentElements]);
        }
    }

    public float[] Decode(Drawing drawing)
    {
        clock.Seconds += decodeSeconds;
        return Pixels;
    }

    private sealed class NoConditions : IConditions
    {
        public void Dispose()
        {
        }
    }
}
