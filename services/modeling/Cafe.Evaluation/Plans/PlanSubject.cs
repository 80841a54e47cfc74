namespace Cafe.Evaluation.Plans;

/// <summary>A subject of a plan.</summary>
/// <param name="Key">Unique in the plan.</param>
/// <param name="Name">As a user says it: "fire engine".</param>
/// <param name="Picture">x: the picture that is sent, and the reference that identity is judged by.</param>
/// <param name="Group">Subjects of one group are each other's gallery (a design); null: all subjects.</param>
/// <param name="Real">All real pictures of it, for DINO and CLIP-I; empty where x is the only one.</param>
public sealed record PlanSubject(string Key, string Name, string Picture, string? Group = null, IReadOnlyList<string>? Real = null);
