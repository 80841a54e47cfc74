namespace Cafe.Training.Conversations;

/// <summary>A line of a conversation file.</summary>
/// <param name="Sample">Number of the sample in its store.</param>
/// <param name="Subject">Index of the subject in the catalog.</param>
/// <param name="Scene">Label of the scene asked for.</param>
/// <param name="Caption">Plain words for the picture, as a text tower is given them.</param>
/// <param name="Conversation">The words.</param>
public sealed record ConversationLine(long Sample, int Subject, int Scene, string Caption, Conversation Conversation);
