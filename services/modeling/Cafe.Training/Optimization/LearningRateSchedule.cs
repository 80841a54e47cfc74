namespace Cafe.Training.Optimization;

/// <summary>A linear warm-up, then a cosine down to a fraction of the peak at the last step.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>The highest rate.</summary>
    public double Peak { get; init; } = 1e-3;

    /// <summary>Steps until the peak.</summary>
    public long WarmUp { get; init; } = 100;

    /// <summary>The last step's rate over the peak, in [0, 1]; 1 keeps the rate constant after the warm-up.</summary>
    public double Floor { get; init; } = 0.05;

    /// <param name="step">From 0.</param>
    /// <param name="steps">In all.</param>
    public double At(long step, long steps)
    {
        if (step < WarmUp)
        {
            return Peak * (step + 1) / WarmUp;
        }

        var progress = Math.Min(1, (step - WarmUp) / (double)Math.Max(1, steps - WarmUp));
        return Peak * (Floor + (1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }

    internal void Validate()
    {
        AdamWOptions.Check(Peak > 0, "peak must be positive", Peak);
        AdamWOptions.Check(WarmUp >= 0, "warm_up must not be negative", WarmUp);
        AdamWOptions.Check(Floor is >= 0 and <= 1, "floor must be in [0, 1]", Floor);
    }
}
