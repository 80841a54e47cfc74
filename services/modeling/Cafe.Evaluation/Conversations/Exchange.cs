namespace Cafe.Evaluation.Conversations;

/// <summary>A line of exchanges.jsonl: a message about a subject, and what came of each of its turns.</summary>
/// <param name="Id">The message's id and the repetition's number: <c>m001-0</c>.</param>
/// <param name="Message">The message's id.</param>
/// <param name="Subject">Key of the plan's subject.</param>
/// <param name="Answers">One for each turn.</param>
public sealed record Exchange(string Id, string Message, string Subject, IReadOnlyList<Answer> Answers);
