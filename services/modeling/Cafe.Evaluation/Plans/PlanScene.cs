namespace Cafe.Evaluation.Plans;

/// <summary>A scene that pictures can show.</summary>
/// <param name="Name">The evaluator's label.</param>
/// <param name="Words">A text that holds one of them speaks of the scene.</param>
public sealed record PlanScene(string Name, IReadOnlyList<string> Words)
{
    /// <summary>Whether a text speaks of the scene.</summary>
    public bool IsNamedBy(string text) => Words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
