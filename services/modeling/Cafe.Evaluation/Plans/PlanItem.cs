using Cafe.Evaluation.Quadruplets;

namespace Cafe.Evaluation.Plans;

/// <summary>One wish that pictures are made of, and what they should then show.</summary>
public sealed record PlanItem
{
    /// <summary>Unique in the plan: 1 to 100 of letters, digits, '-', '_', '.', for files are named by it.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the subject whose picture is sent.</summary>
    public required string Subject { get; init; }

    /// <summary>What is said to the assistant; the last turn is the user's.</summary>
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    /// <summary>The plain caption, which CLIP-T compares the picture with.</summary>
    public required string Caption { get; init; }

    /// <summary>Seed of the first picture.</summary>
    public ulong Seed { get; init; }

    /// <summary>The scene asked for; null where none is.</summary>
    public string? Scene { get; init; }

    /// <summary>The accessory asked for; null where none is.</summary>
    public string? Accessory { get; init; }

    /// <summary>The look asked for; null where none is.</summary>
    public string? Look { get; init; }

    /// <summary>A picture that really shows what is asked, for the evaluators' own ceiling and as x_ref; null where there is none.</summary>
    public string? Target { get; init; }

    /// <summary>r: the reply that a quadruplet made of this item has; null: the assistant's own.</summary>
    public string? Reply { get; init; }
}
