namespace Cafe.Training.Conversations;

/// <summary>Ways to say one thing: those that are trained on, and others that are only evaluated with.</summary>
internal sealed record Wording(string[] Training, string[] HeldOut)
{
    public string[] Of(TemplateSet templates) => templates switch
    {
        TemplateSet.Training => Training,
        TemplateSet.HeldOut => HeldOut,
        _ => throw new ArgumentOutOfRangeException(nameof(templates), templates, "Unknown template set."),
    };
}
