namespace Cafe.Training.Language;

/// <summary>D of Eq. 2: how far the predicted embedding h is from the target's.</summary>
public enum SemanticDistance
{
    /// <summary>Mean squared error over all numbers.</summary>
    MeanSquaredError,

    /// <summary>1 less the cosine, mean over rows.</summary>
    NegativeCosine,
}
