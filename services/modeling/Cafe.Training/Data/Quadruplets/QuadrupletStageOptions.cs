namespace Cafe.Training.Data.Quadruplets;

/// <summary>The configuration file of a stage that turns a folder of quadruplets, as `cafe distill` makes them, into a store beside which the tokens stage and the features stages work.</summary>
public sealed record QuadrupletStageOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the store and of conversations.jsonl.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder with index.jsonl, or shards of it.</summary>
    public required string Source { get; init; }

    /// <summary>Side of the targets in pixels, from 8.</summary>
    public int TargetSide { get; init; } = 128;

    /// <summary>Side of the references in pixels, from 8.</summary>
    public int ReferenceSide { get; init; } = 128;

    /// <summary>Share of the reference that a subject on plain or transparent ground fills.</summary>
    public double ReferenceFill { get; init; } = 0.94;

    /// <summary>Whether such subjects are centred.</summary>
    public bool CentreSubject { get; init; } = true;

    /// <summary>This worker's number, from 0: it takes every <see cref="Workers"/>-th sample.</summary>
    public int Worker { get; init; }

    /// <summary>Workers that share the folder, from 1.</summary>
    public int Workers { get; init; } = 1;
}
