using Cafe.Training.Execution.Operators;

namespace Cafe.Training.Execution;

/// <summary>One libtorch call of a plan.</summary>
/// <param name="Inputs">Slots that it reads; -1 where an optional input is left out.</param>
/// <param name="Outputs">Slots that it fills.</param>
/// <param name="Release">Slots that nothing reads afterwards.</param>
/// <param name="Scope">The module path.</param>
internal sealed record PlanStep(Operator Run, NodeCall Call, int[] Inputs, int[] Outputs, int[] Release, string Scope);
