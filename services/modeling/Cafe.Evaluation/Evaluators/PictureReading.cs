namespace Cafe.Evaluation.Evaluators;

/// <summary>What an evaluator sees in one picture.</summary>
/// <param name="Embedding">[width], not normalised.</param>
/// <param name="Labels">The most likely label of each head.</param>
public sealed record PictureReading(float[] Embedding, IReadOnlyDictionary<string, string> Labels);
