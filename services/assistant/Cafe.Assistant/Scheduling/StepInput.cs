namespace Cafe.Assistant.Scheduling;

/// <summary>The next token of a sequence.</summary>
/// <param name="Slot">The sequence.</param>
/// <param name="TokenId">A token of the vocabulary, or <see cref="ImageToken"/>.</param>
public readonly record struct StepInput(int Slot, int TokenId)
{
    /// <summary>Stands for [IMG], the learned embedding that is no token of the vocabulary.</summary>
    public const int ImageToken = -1;
}
