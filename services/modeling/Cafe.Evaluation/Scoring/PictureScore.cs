namespace Cafe.Evaluation.Scoring;

/// <summary>A line of scores.jsonl: one picture.</summary>
/// <param name="Item">The plan item's id.</param>
/// <param name="Index">Of the picture among the item's, from 0.</param>
/// <param name="Subject">The subject's key: pictures of one subject are one cluster of the bootstrap.</param>
/// <param name="Metrics">By the names of <see cref="Metric"/>; those that do not apply are absent.</param>
/// <param name="Seen">What the classifiers see, by head.</param>
public sealed record PictureScore(string Item, int Index, string Subject, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Seen);
