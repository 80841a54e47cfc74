namespace Cafe.Gateway.Stages;

/// <summary>What a failed attempt calls for.</summary>
public enum StageFailureKind
{
    /// <summary>The caller's fault, its deadline, or a fault that another attempt repeats: tell the caller.</summary>
    Final,

    /// <summary>Another attempt may work: a broken stream, UNAVAILABLE, ABORTED, an attempt that took too long.</summary>
    Transient,

    /// <summary>The stage is full, or its breaker is open: it is known when to come again.</summary>
    Busy,

    /// <summary>No process could be reached at all: wait for one.</summary>
    NoProcess,
}
