namespace Cafe.Scheduling.Steps;

/// <summary>Rows that could take part in the next call, best candidates first.</summary>
/// <param name="Rows">Rows it adds, 1 or more.</param>
/// <param name="Progress">What the call is worth to it: the part of its request's remaining work that is done by it, times its weight.</param>
public readonly record struct StepCandidate(int Rows, double Progress);
