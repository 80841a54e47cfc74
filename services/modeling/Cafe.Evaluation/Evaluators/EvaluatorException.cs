namespace Cafe.Evaluation.Evaluators;

/// <summary>An evaluator can't be used; the message says what is wrong with which file.</summary>
public sealed class EvaluatorException : Exception
{
    /// <param name="message">What is wrong, and where.</param>
    public EvaluatorException(string message)
        : base(message)
    {
    }

    /// <param name="message">What is wrong, and where.</param>
    /// <param name="inner">Its cause.</param>
    public EvaluatorException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
