namespace Cafe.Gateway.Stages;

/// <summary>A stage's stream fell silent, or ended without its last event. Never reaches a caller: another attempt follows.</summary>
/// <param name="message">What happened.</param>
public sealed class StageStreamBrokenException(string message) : Exception(message);
