namespace Cafe.ServiceDefaults.Health;

/// <summary>A state and, in one line, why.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">One line for operators, for example which file of a pack is missing; empty when ready.</param>
/// <param name="RestartHelps">Broken, and a new process may work: the liveness check fails too.</param>
public sealed record ReadinessStatus(ReadinessState State, string Reason, bool RestartHelps = false);
