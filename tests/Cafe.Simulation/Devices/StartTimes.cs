namespace Cafe.Simulation.Devices;

/// <summary>How long a new pod takes until it is ready: a time that all have, and the reading of its part's weights.</summary>
/// <param name="Source">Where the numbers come from.</param>
/// <param name="Seconds">From a pod's creation, without the weights.</param>
/// <param name="GigabytesPerSecond">At which weights are read.</param>
public sealed record StartTimes(string Source, double Seconds, double GigabytesPerSecond);
