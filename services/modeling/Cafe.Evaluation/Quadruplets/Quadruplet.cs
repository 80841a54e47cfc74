namespace Cafe.Evaluation.Quadruplets;

/// <summary>A line of a folder's index.jsonl: (x, t, r, y), the pictures by their paths inside the folder.</summary>
/// <param name="Id">The sample's own name, unique in the folder.</param>
/// <param name="Subject">x: the picture with the subject to customise.</param>
/// <param name="Target">y: the picture to be made.</param>
/// <param name="Turns">t: what was said, alternating from the user; the last is the user's.</param>
/// <param name="Reply">r.</param>
/// <param name="Caption">Plain words for y.</param>
public sealed record Quadruplet(string Id, string Subject, string Target, IReadOnlyList<ChatTurn> Turns, string Reply, string Caption);
