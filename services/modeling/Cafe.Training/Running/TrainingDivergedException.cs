namespace Cafe.Training.Running;

/// <summary>The loss or its gradient is no number any more, or has grown past all bounds. The last checkpoint is from before it.</summary>
public sealed class TrainingDivergedException(long step, string what) : Exception($"Training diverged at step {step}: {what}.")
{
    public long Step { get; } = step;
}
