namespace Cafe.Evaluation.Plans;

/// <summary>A plan or a data set can't be used; the message names file and field.</summary>
/// <param name="message">What is wrong, and where.</param>
public sealed class PlanException(string message) : Exception(message);
