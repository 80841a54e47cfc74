namespace Cafe.Evaluation.Evaluators;

/// <summary>One classifier of an evaluator.</summary>
/// <param name="Output">The graph's output, [N, labels], not normalised.</param>
/// <param name="Labels">Names of the classes in the output's order; one may be <see cref="None"/>.</param>
public sealed record EvaluatorHead(string Output, IReadOnlyList<string> Labels)
{
    /// <summary>The label of a picture that shows none of the others.</summary>
    public const string None = "none";
}
