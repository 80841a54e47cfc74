namespace Cafe.Diffuser.Scheduling;

/// <summary>How far a request is.</summary>
/// <param name="Step">Steps done, summed over the pictures.</param>
/// <param name="Steps">All steps.</param>
/// <param name="SecondsLeft">Predicted seconds to the last picture.</param>
public readonly record struct DrawingProgress(int Step, int Steps, double SecondsLeft);
