namespace Cafe.Scheduling.Queue;

/// <summary>Where a request stands.</summary>
/// <param name="Ahead">Waiting requests that go before it, 0 when it is next.</param>
/// <param name="WaitSeconds">Predicted seconds until its work starts.</param>
public readonly record struct WaitEstimate(int Ahead, double WaitSeconds);
