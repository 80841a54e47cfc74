namespace Cafe.Diffuser.Scheduling;

/// <summary>Where a request's time went.</summary>
/// <param name="QueueSeconds">Waited.</param>
/// <param name="DenoiseSeconds">In the conditioner's and the UNet's calls that it took part in.</param>
/// <param name="DecodeSeconds">In the autoencoder.</param>
/// <param name="UnetRows">Rows that were its own.</param>
public readonly record struct DrawingTimings(double QueueSeconds, double DenoiseSeconds, double DecodeSeconds, long UnetRows);
