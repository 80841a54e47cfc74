namespace Cafe.Inference.Samplers;

/// <summary>How the steps spread over the trained timesteps (table 2 of arXiv 2305.08891).</summary>
public enum TimestepSpacing
{
    /// <summary>Evenly, both ends included.</summary>
    Linspace,

    /// <summary>Multiples of a whole number, from 0 plus the offset.</summary>
    Leading,

    /// <summary>Evenly, from the last one down.</summary>
    Trailing,
}
