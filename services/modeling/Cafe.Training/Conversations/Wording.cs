namespace Cafe.Training.Conversations;

/// <summary>Ways to say one thing: those that are trained on, and others that are only evaluated with.</summary>
/// <param name="Training">Whole lines that are trained on.</param>
/// <param name="HeldOut">Whole lines that are evaluated with.</param>
/// <param name="Composed">What half of the training's lines are put together from; null for none.</param>
internal sealed record Wording(string[] Training, string[] HeldOut, Composition[]? Composed = null)
{
    public string[] Of(TemplateSet templates) => templates switch
    {
        TemplateSet.Training => Training,
        TemplateSet.HeldOut => HeldOut,
        _ => throw new ArgumentOutOfRangeException(nameof(templates), templates, "Unknown template set."),
    };
}
