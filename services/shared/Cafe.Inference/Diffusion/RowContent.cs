namespace Cafe.Inference.Diffusion;

/// <summary>Whose keys and values a row holds.</summary>
/// <param name="Semantic">Where those of c are from; null: the row holds nothing.</param>
/// <param name="Subject">Where those of E(x) are from.</param>
internal readonly record struct RowContent(Conditions? Semantic, Conditions? Subject);
