namespace Cafe.Training.Optimization;

/// <summary>AdamW's constants, with torch's defaults.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the mean of the gradients, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of their squares, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Times the learning rate, subtracted from the weights each step.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Decay biases and the weights of norms, too; by default only tensors with two dimensions or more decay.</summary>
    public bool DecayVectors { get; init; }

    internal void Validate()
    {
        Check(Beta1 is >= 0 and < 1, "beta1 must be in [0, 1)", Beta1);
        Check(Beta2 is >= 0 and < 1, "beta2 must be in [0, 1)", Beta2);
        Check(Epsilon > 0, "epsilon must be positive", Epsilon);
        Check(WeightDecay >= 0, "weight_decay must not be negative", WeightDecay);
    }

    internal static void Check(bool holds, string rule, object value)
    {
        if (!holds)
        {
            throw new ArgumentException($"{rule}; it is {value}.");
        }
    }
}
