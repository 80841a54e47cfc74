namespace Cafe.Training.Conversations;

/// <summary>Which of the grammar's templates are used.</summary>
public enum TemplateSet
{
    /// <summary>Those that training sees.</summary>
    Training,

    /// <summary>Those kept for evaluation.</summary>
    HeldOut,
}
