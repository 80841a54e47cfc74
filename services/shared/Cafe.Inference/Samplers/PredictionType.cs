namespace Cafe.Inference.Samplers;

/// <summary>What the model predicts.</summary>
public enum PredictionType
{
    /// <summary>The noise in the latents.</summary>
    Epsilon,

    /// <summary>sqrt(a) noise - sqrt(1 - a) latents, a the cumulated alpha.</summary>
    VPrediction,

    /// <summary>The latents without noise.</summary>
    Sample,
}
