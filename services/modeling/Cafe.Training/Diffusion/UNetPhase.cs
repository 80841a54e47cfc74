namespace Cafe.Training.Diffusion;

/// <summary>Data, and the step that it is trained on until.</summary>
public sealed record UNetPhase(UNetData Data, long Until);
