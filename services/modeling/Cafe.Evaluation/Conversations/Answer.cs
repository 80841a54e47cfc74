namespace Cafe.Evaluation.Conversations;

/// <summary>What the assistant answered to one turn.</summary>
/// <param name="Text">What was said to it.</param>
/// <param name="Reply">The whole reply.</param>
/// <param name="CutOff">It ran into the limit of tokens.</param>
/// <param name="Picture">File of the picture, in the exchange's folder.</param>
public sealed record Answer(string Text, string Reply, bool CutOff, string Picture);
