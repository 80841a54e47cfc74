namespace Cafe.Benchmarks.Scheduling;

/// <summary>A request of a trial.</summary>
/// <param name="Arrival">Seconds from the trial's start.</param>
/// <param name="Steps">Of the sampler, for each picture.</param>
/// <param name="Count">Pictures.</param>
internal sealed record WorkRequest(double Arrival, int Steps, int Count);
