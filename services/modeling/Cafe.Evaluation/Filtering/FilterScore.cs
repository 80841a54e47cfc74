namespace Cafe.Evaluation.Filtering;

/// <summary>What the automatic filter goes by.</summary>
/// <param name="Text">Cosine of the target's CLIP embedding with its caption's.</param>
/// <param name="Subject">Cosine of the target's DINO embedding with that of the subject's picture.</param>
public readonly record struct FilterScore(double Text, double Subject);
