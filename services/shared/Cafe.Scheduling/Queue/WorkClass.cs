namespace Cafe.Scheduling.Queue;

/// <summary>Which work goes first where both wait.</summary>
public enum WorkClass
{
    /// <summary>Someone is waiting for it.</summary>
    Interactive,

    /// <summary>Nobody is waiting: starts when no interactive work waits, or when it has aged.</summary>
    Batch,
}
