namespace Cafe.Scheduling.Steps;

/// <summary>Rows that could take part in the next call, best candidates first.</summary>
/// <param name="Rows">Rows it adds, 1 or more.</param>
/// <param name="Worth">What the call is worth to it, in seconds saved later, summed over all that would wait for them.</param>
public readonly record struct StepCandidate(int Rows, double Worth);
