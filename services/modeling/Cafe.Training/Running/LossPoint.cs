namespace Cafe.Training.Running;

/// <summary>A point of the loss curve.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Mean since the last point.</param>
/// <param name="GradientNorm">Before clipping, mean since the last point.</param>
/// <param name="Seconds">Training time since the start, over all sessions.</param>
/// <param name="Figures">Parts of the loss, and figures of validation, by name.</param>
public sealed record LossPoint(long Step, double Loss, double LearningRate, double GradientNorm, double Seconds, IReadOnlyDictionary<string, double> Figures);
