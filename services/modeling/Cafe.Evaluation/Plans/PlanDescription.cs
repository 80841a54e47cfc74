namespace Cafe.Evaluation.Plans;

/// <summary>plan.json: what is common to a plan's items.</summary>
public sealed record PlanDescription
{
    /// <summary>The only format there is.</summary>
    public const string CurrentFormat = "cafe-plan/1";

    /// <summary>Always <see cref="CurrentFormat"/>.</summary>
    public required string Format { get; init; }

    /// <summary>For example <c>dreambench</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Pictures of each item, 1 to 16.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whom the items are about.</summary>
    public required IReadOnlyList<PlanSubject> Subjects { get; init; }

    /// <summary>Every scene that a picture can show, asked for or not; empty where scenes are not judged.</summary>
    public IReadOnlyList<PlanScene> Scenes { get; init; } = [];
}
