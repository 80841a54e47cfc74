using Cafe.Evaluation.Plans;

namespace Cafe.Evaluation.Scoring;

/// <summary>A picture to score.</summary>
/// <param name="Item">What it was made of.</param>
/// <param name="Index">Among the item's pictures, from 0.</param>
/// <param name="Path">Its file.</param>
/// <param name="Reply">What the assistant said with it; null where that is unknown or judged elsewhere.</param>
public sealed record ScoredPicture(PlanItem Item, int Index, string Path, string? Reply = null);
