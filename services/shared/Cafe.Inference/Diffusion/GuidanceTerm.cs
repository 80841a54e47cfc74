namespace Cafe.Inference.Diffusion;

/// <summary>One row of a step, and its part in the result: the guided output is the sum of weight times output over the terms.</summary>
/// <param name="Branch">What the row sees.</param>
/// <param name="Weight">Its part; the weights of a step sum to 1.</param>
public readonly record struct GuidanceTerm(ConditionBranch Branch, double Weight);
