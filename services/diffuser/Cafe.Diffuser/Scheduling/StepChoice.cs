namespace Cafe.Diffuser.Scheduling;

/// <summary>What the next UNet call does.</summary>
/// <param name="Shape">Of all its pictures.</param>
/// <param name="Pictures">The pictures, best first.</param>
/// <param name="Rows">Rows in all.</param>
internal sealed record StepChoice(Shape Shape, IReadOnlyList<(DrawingJob Job, int Picture)> Pictures, int Rows);
